#!/usr/bin/env bash
# A SAMP hub that drops the answer it has asked for: pyvo's hub (once astropy's) sends a call on, and begins to wait for its answer a line later.
# Who answers in between is not heard, and `callAndWait`, which has been answered, runs into its timeout (SAMP 1.3 section 3.12).
. "$(dirname "$0")/common.bash"
packages pyvo==1.9.1
cat > "$folder/calls.py" <<'PYTHON'
import os
import sys
import threading

from pyvo.samp import SAMPHubServer, SAMPIntegratedClient, SAMPProxyError, conf

conf.use_internet = False
lockfile = os.path.join(sys.argv[1], "samp")
os.environ["SAMP_HUB"] = f"std-lockurl:file://{lockfile}"
MOST, TIMEOUT = 3000, "1"
answered, done = [], threading.Event()


def work():
    """What a hub's process has to do besides: other threads run when the interpreter says so."""
    while not done.is_set():
        pass


def answer(_key, _sender, message, _mtype, _params, _extra):
    tool.reply(message, {"samp.status": "samp.ok", "samp.result": {}})
    answered.append(message)


hub = SAMPHubServer(web_profile=False, lockfile=lockfile)
hub.start()
page, tool = SAMPIntegratedClient(name="page"), SAMPIntegratedClient(name="tool")
page.connect(hub=hub)
tool.connect(hub=hub)
tool.bind_receive_call("test.echo", answer)
for _ in range(2):
    threading.Thread(target=work, daemon=True).start()
for number in range(1, MOST + 1):
    try:
        page.call_and_wait(tool.get_public_id(), {"samp.mtype": "test.echo", "samp.params": {}}, TIMEOUT)
    except SAMPProxyError as error:
        print(f"{error.faultString} ANSWERED {len(answered) == number}")
        break
done.set()
tool.disconnect()
page.disconnect()
hub.stop()
PYTHON
echo "what the caller is told of a call that was answered"
seen "Timeout expired! ANSWERED True" "$(HOME=$folder "$python" "$folder/calls.py" "$folder" | grep ANSWERED)"
