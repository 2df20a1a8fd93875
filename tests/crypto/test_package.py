"""The package as a whole: its examples run, its docs are complete, its errors one tree."""

import doctest
import importlib
import pkgutil

import pytest

import crypto
from crypto import errors

MODULES = sorted(module.name for module in pkgutil.iter_modules(crypto.__path__))


@pytest.mark.parametrize("name", ["crypto", *(f"crypto.{module}" for module in MODULES)])
def test_examples_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0


def test_docstring_lists_the_modules() -> None:
    assert crypto.__doc__ is not None
    table = crypto.__doc__.split("=========  ")[1]
    assert sorted(line.split()[0] for line in table.splitlines()[1:] if line) == MODULES


def test_errors_one_tree() -> None:
    assert errors.__doc__ is not None
    for name, error in vars(errors).items():
        if isinstance(error, type):
            assert issubclass(error, errors.CryptoError)
            assert name in errors.__doc__
