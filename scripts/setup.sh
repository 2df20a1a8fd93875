#!/bin/sh
# Makes .venv hold exactly what a lock file names: `scripts/setup.sh run` or `scripts/setup.sh dev`;
# `scripts/setup.sh fuzz` makes .venv-fuzz, because fuzzing wants an older Python than a node may have.
#
# Does nothing, and needs no network, when that lock is already installed. The proof is a copy of
# the lock beside the installed packages, written last: an interrupted or older installation, or a
# Python that was replaced since, has none and is put right.
#
#   PYTHON=/path/to/python3   use this Python and no other
#   VENV=.venv                where the environment goes
#   FROM_SOURCE=1             build what has no ready-made package for this machine (needs a compiler;
#                             what the builds themselves download is not covered by the hashes)

set -eu
cd "$(dirname "$0")/.."

MIN_MINOR=11
MAX_MINOR=99

fail() {
    echo "verbund: $*" >&2
    exit 1
}

case ${1-} in
run) lock=requirements.lock ;;
dev) lock=requirements-dev.lock ;;
fuzz)
    lock=requirements-fuzz.lock
    MAX_MINOR=13
    # There is no ready-made package of the fuzzer for anything else.
    [ "$(uname -sm)" = "Linux x86_64" ] ||
        fail "fuzzing works on Linux on x86-64 only, this is $(uname -sm);" \
            "what it found before is tested everywhere: make test ARGS=tests/fuzz"
    VENV=${VENV:-.venv-fuzz}
    ;;
*)
    echo "usage: scripts/setup.sh run|dev|fuzz" >&2
    exit 2
    ;;
esac
VENV=${VENV:-.venv}

# Where the packages of the environment's Python lie; nothing when that Python does not start.
site_packages() {
    "$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' 2>/dev/null || :
}

# The development lock holds all of the runtime lock, at the same versions (tests/test_project.py).
is_installed() {
    site=$(site_packages)
    [ -n "$site" ] && [ -f "$site/verbund.pth" ] && [ -x "$VENV/bin/verbund" ] &&
        cmp -s "$lock" "$site/verbund-$1.lock"
}

# Sets `python` to the first Python that is new enough and can make environments, or says in one
# line what to install.
find_python() {
    too_old='' too_new='' no_venv=''
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        python=$(command -v "$candidate") || continue
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) ||
            continue # a shim of a version manager without a Python behind it
        if [ "${version%%.*}" -ne 3 ] || [ "${version#*.}" -lt "$MIN_MINOR" ]; then
            too_old=${too_old:-"$version ($python)"}
        elif [ "${version#*.}" -gt "$MAX_MINOR" ]; then
            too_new=${too_new:-"$version ($python)"}
        elif ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
            no_venv=${no_venv:-"$python"}
        else
            return 0
        fi
    done
    if [ -n "$no_venv" ]; then
        fail "$no_venv cannot make environments; install its venv module" \
            "(Debian, Ubuntu: sudo apt install python3-venv), then try again."
    fi
    if [ -n "$too_new" ]; then
        fail "fuzzing needs Python 3.$MIN_MINOR to 3.$MAX_MINOR, found $too_new;" \
            "name one: make fuzz PYTHON=/path/to/python3." \
            "What it found before is tested with any: make test ARGS=tests/fuzz"
    fi
    fail "needs Python 3.$MIN_MINOR or newer, found ${too_old:-none};" \
        "install it (Debian 12 or newer: sudo apt install python3 python3-venv)" \
        "or name one: make run PYTHON=/path/to/python3"
}

make_environment() {
    find_python
    echo "Making the environment $VENV with Python $version ($python) ..." >&2
    rm -rf "$VENV"
    "$python" -m venv "$VENV" || {
        rm -rf "$VENV"
        fail "$python could not make an environment in $VENV; see the message above."
    }
    site=$(site_packages)
}

install_lock() {
    echo "Installing $(grep -c '^[a-z0-9]' "$lock") packages from $lock ..." >&2
    only_binary="--only-binary=:all:"
    [ -z "${FROM_SOURCE-}" ] || only_binary="--prefer-binary"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes "$only_binary" -r "$lock" ||
        fail "the packages could not be installed (see above). Without a network, try again with" \
            "one; where a package has no ready-made build for this machine: make setup FROM_SOURCE=1"
}

# The command runs from the checkout itself, so that nothing has to be built or installed for it.
# Both files find it relative to where they lie: a checkout may be moved.
link_checkout() {
    here=$(pwd -P)
    case $(cd "$VENV" && pwd -P) in
    "$here/.venv") echo '../../../..' >"$site/verbund.pth" ;; # .venv/lib/python3.x/site-packages
    *) echo "$here" >"$site/verbund.pth" ;;
    esac
    # -P: a folder called `node` where the command is typed must not be taken for ours.
    cat >"$VENV/bin/verbund" <<'LAUNCHER'
#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/python" -P -m node "$@"
LAUNCHER
    chmod +x "$VENV/bin/verbund"
}

if ! is_installed "$1"; then
    [ -d "$site" ] || make_environment
    install_lock
    link_checkout
    cp "$lock" "$site/verbund-$1.lock"
    [ "$1" = run ] || cp requirements.lock "$site/verbund-run.lock"
fi
