"""From notebooks to pages: execute, render, publish.

The modules, in the order in which a build uses them: ``notebooks`` (read and check), ``cache`` (what must run
again), ``execute`` (kernels), ``render`` (pages), ``publish`` (all or nothing), ``build`` (the whole).
"""
