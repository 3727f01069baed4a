# SPDX-License-Identifier: Apache-2.0
"""A port tried on an emulated twin of its board. docs/rehearsal.md tells what it is good for.

rehearse(Options) does all of it for one board; scripts/lib/run_rehearsal.py is `brig rehearse`."""
