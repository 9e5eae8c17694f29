"""Can the command line be run as a module, too?"""

from liveloop.cli.main import run

if __name__ == "__main__":
    run()
