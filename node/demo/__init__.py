"""`make demo`: five nodes on this machine do the main job, and every step is checked from outside.

* `nodes`: a node as a person has it: a folder, a server of its own process, commands.
* `story`: what the groups do, step by step, and who should know what after each step.
* `observing`: what each node really knows, and the comparison with what it should.
* `printing`: commands and tables on the screen.

The groups, their names and their texts are rows of `examples/groups.csv`. What they do here is made
up: it has to be somebody.
"""
