"""Looks for known vulnerabilities in what is installed, and says plainly what it could not look up.

    python .ci/audit.py [--lenient]

Exit code 1 for a known vulnerability, and, unless ``--lenient``, when a package could not be looked up. Then the last
line begins with NOT AUDITED, so that nobody takes silence for safety.
"""

from __future__ import annotations

import json
import subprocess
import sys

AUDIT = ["-m", "pip_audit", "--local", "--skip-editable", "--progress-spinner", "off", "--format", "json"]
SHOWN = 12


def main() -> int:
    """The exit code."""
    lenient = "--lenient" in sys.argv[1:]
    done = subprocess.run([sys.executable, *AUDIT], capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        why = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"NOT AUDITED: the advisories cannot be reached ({why[:120]})")
        return 0 if lenient else 1
    found = [(package["name"], advisory["id"]) for package in packages for advisory in package.get("vulns", ())]
    for name, advisory in found:
        print(f"vulnerable: {name}: {advisory}")
    missing = [package["name"] for package in packages if "skip_reason" in package and package["name"] != "huashu"]
    print(f"audit: {len(packages) - len(missing)} packages looked up, {len(found)} advisories")
    if missing:
        more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
        print(f"NOT AUDITED: {len(missing)} packages unknown to the index: {', '.join(missing[:SHOWN])}{more}")
    return 1 if found or (missing and not lenient) else 0


if __name__ == "__main__":
    sys.exit(main())
