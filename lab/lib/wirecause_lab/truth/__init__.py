# SPDX-License-Identifier: Apache-2.0
"""What the kernel's TCP sender did and waited for, beside what `wirecause analyze` says of captures of it. Shares no code with it."""
