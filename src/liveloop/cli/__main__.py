"""Can the command line be run as a module, too?"""

from liveloop.cli.main import run

run()
