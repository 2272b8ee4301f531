"""The words of the page frame in both languages (words of exhibits are in ``display/labels.csv``)."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    "id": {
        "site": "Kawasan nikel dan usaha kecil",
        "skip": "Langsung ke isi",
        "pages": "Daftar halaman",
        "language": "Bahasa",
        "figure": "Gambar",
        "table": "Tabel",
        "text_table": "Tabel dalam teks",
        "download": "Unduh",
        "notebook": "Unduh buku kerja halaman ini (notebook Jupyter, dengan kode)",
        "licence": "Teks, tabel, dan gambar:",
        "licence_url": "https://creativecommons.org/licenses/by/4.0/deed.id",
        "made": "Dibuat dengan",
        "commit": "revisi",
        "data": "sidik data",
    },
    "en": {
        "site": "Nickel parks and small firms",
        "skip": "Skip to content",
        "pages": "Pages",
        "language": "Language",
        "figure": "Figure",
        "table": "Table",
        "text_table": "Table in the text",
        "download": "Download",
        "notebook": "Download the notebook of this page (Jupyter, with the code)",
        "licence": "Text, tables and figures:",
        "licence_url": "https://creativecommons.org/licenses/by/4.0/",
        "made": "Made with",
        "commit": "revision",
        "data": "data fingerprint",
    },
}

LANGUAGE_NAMES = {"id": "Bahasa Indonesia", "en": "English"}
