"""python -m kopeck.descriptor_check FILE ...

Says what is wrong with descriptors of gateways (docs/describe-a-gateway.md) and proves them by
their vectors. Ends with 1 if one of them could not be used, or a vector does not come out.
"""

from __future__ import annotations

import sys

from .client import Client
from .errors import PaymentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .reports import DescriptorReport, Finding


def main(paths: Sequence[str]) -> int:
    """Checks each of them and prints what was found."""
    if not paths or paths[0].startswith("-"):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    client, failed = Client({}), False
    for path in paths:
        try:
            report = client.descriptor_check(descriptor=path)
        except PaymentError as error:
            print(f"{path}: {error}")
            failed = True
            continue
        for line in told(report):
            print(f"{path}{line}")
        failed = failed or not report.ok or any(not vector.ok for vector in report.vectors)
    return 1 if failed else 0


def told(report: DescriptorReport) -> Iterator[str]:
    """What a report says, a line for each finding, to stand behind the file's name."""
    for finding in report.problems:
        yield placed(finding, "error")
    for finding in report.warnings:
        yield placed(finding, "warning")
    for vector in report.vectors:
        if not vector.ok:
            yield (
                f": error: vector {vector.id} ({vector.what}): expected {vector.expected}, "
                f"made {vector.made} of {vector.message!r}"
            )
    right = sum(vector.ok for vector in report.vectors)
    yield f": {report.title or report.id}: {right} of {len(report.vectors)} vectors come out"


def placed(finding: Finding, kind: str) -> str:
    line = "" if finding.line is None else f":{finding.line}"
    return f"{line}: {kind}: {finding.path}: {finding.says}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
