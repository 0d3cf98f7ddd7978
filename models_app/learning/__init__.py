"""How each kind of question is learned: one module per kind, from final labels to answers for a pool.

No Django here: labels, rows and task data come in as plain values, answers and figures go out.
"""
