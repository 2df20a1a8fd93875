"""What people do, one function each, for the command line and the pages alike.

An action checks what was typed, writes records of an own identity through `act`, and gives back
plain values. It raises `Problem` with a reason and then has changed nothing.
"""
