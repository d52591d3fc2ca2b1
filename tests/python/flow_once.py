"""One call of a portal's flow in a process of its own, which a test may kill.

flow_once.py '{"settings": {...}, "operation": "settle_deal", "fields": {...}}'
"""

from __future__ import annotations

import json
import sys

import kopeck

asked = json.loads(sys.argv[1])
print(json.dumps(kopeck.Bitrix24(asked["settings"]).call(asked["operation"], asked["fields"])))
