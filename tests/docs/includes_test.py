# Nobody includes a folder that stands above, or one that is not on its list.
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import sys

root = os.environ["WIRECAUSE_SOURCE_DIR"]
sys.exit(subprocess.run([sys.executable, f"{root}/tools/check-includes"], check=False).returncode)
