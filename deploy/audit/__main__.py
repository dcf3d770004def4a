"""Prints every pinned package with its licence; exits with 1 where one must not be shipped, or has no hash."""

import sys

from deploy.audit.licences import IMAGE, WHOLE, dependencies, unhashed


def main() -> int:
    found = dependencies()
    for each in found:
        where = "image" if each.shipped else "development"
        sys.stdout.write(f"{each.name}=={each.version}\t{where}\t{each.licence}\n")
    wrong = [f"{each.name}: {each.licence}" for each in found if not each.acceptable]
    wrong += [f"{name}: no hash in {lock.name}" for lock in (WHOLE, IMAGE) for name in unhashed(lock)]
    for line in wrong:
        sys.stderr.write(f"not to be shipped: {line}\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
