"""What is played for each picture, and what it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from manual.pictures.window import CTRL_C, CTRL_D, PROMPT, TAB, YELLOW, Stage, Still, Window

Shown = list[Window | Still]


def server_running(stage: Stage) -> Shown:
    """Play: people come, talk and go, and the server logs it; it gets an administrator."""
    server = stage.server()
    ana = stage.client("red", "ana")
    server.shows("ana")
    ben = stage.client("blue", "ben")
    server.shows("ben")
    guest = stage.client("green")
    server.shows("guest-")
    ana.say("anybody here?")
    guest.shows("anybody here?", above=PROMPT)
    ben.leave(CTRL_D)
    server.shows_more(YELLOW)
    command = stage.window("huechat-server user add mika --admin")
    for question in ("Password for mika:", "The same again:"):
        command.answer(question, "correct horse battery staple")
    command.shows("mika now")
    stage.client("yellow", "zoe")
    server.shows("zoe")
    return [server, command]


def multiple_clients(stage: Stage) -> Shown:
    """Play: three people in three colours."""
    stage.server()
    clients = {color: stage.client(color) for color in ("red", "blue", "green")}
    for color, text in (
        ("red", "hi, I am red"),
        ("blue", "and I am blue 👋"),
        ("green", "green here, good to see you both"),
        ("red", "three terminals, one chat 🎉"),
    ):
        clients[color].say(text)
        for other in clients.values():
            other.shows(text, above=PROMPT)
    for client in clients.values():
        client.tells("3 here")
    return list(clients.values())


def active_chat_session(stage: Stage) -> Shown:
    """Play: a longer talk, in which the server is restarted."""
    server = stage.server()
    ana = stage.client("magenta", "ana")
    ben, mika, guest = (
        stage.client(*who) for who in (("green", "ben"), ("yellow", "mika"), ("blue",))
    )

    def talk(who: Window, text: str) -> None:
        who.say(text)
        ana.shows(text, above=PROMPT)

    talk(ana, "morning everyone 👋")
    talk(ben, "hi ana! all tests are green 🎉")
    talk(mika, "καλημέρα! so we ship today? 🚀")
    talk(ana, "as soon as Zoë has had her café crème 🥐")
    talk(guest, "who may I ask about the docs?")
    talk(ben, "me; but hold on, I am restarting the server")
    here = (ana, ben, mika)
    server.leave(CTRL_C)
    for one in here:
        one.shows("Disconnected", above=PROMPT)
    ana.say("typed while it was away, sent when it is back")
    stage.server()
    for one in here:
        one.shows("all sent", above=PROMPT)
    talk(ben, "and we are back 🎈 that was quick")
    talk(mika, "Zoë says she is ready too 😄")
    ana.press("then let us")
    ana.shows("then let us", above=PROMPT)
    ana.tells("4 here")
    return [ana]


def people_and_rooms(stage: Stage) -> Shown:
    """Play: three people, two rooms, a private message, and a kick."""
    stage.server()
    ana, ben = stage.client("magenta", "ana"), stage.client("green", "ben")
    mika = stage.client("yellow", "mika")

    def hear(text: str, *who: Window) -> None:
        for one in who:
            one.shows(text, above=PROMPT)

    mika.say("who mends the build?")
    hear("who mends the build", ana, ben)
    for one in (ana, mika, ben):
        one.say("/join builds")
        one.shows("You look at #builds")
    ana.say("/topic what is red, and who mends it")
    hear("ana set the topic", ben, mika)
    mika.say("it was the clock, I have a fix 🔧")
    hear("it was the clock", ana, ben)
    ben.say("RED RED RED IT IS RED 🔥🔥🔥")
    hear("RED RED RED", ana, mika)
    mika.say("/msg ana is he always like that?")
    hear("is he always like that?", ana)
    ana.say("/msg mika before his first coffee, yes")
    hear("before his first coffee", mika)
    ana.say("/kick ben coffee first, please")
    hear("put ben out of the room", ana, mika)
    hear("You were put out", ben)
    ben.say("fair enough ☕")
    hear("fair enough", ben)
    ana.tells("1:#lobby", "2 here", "ana")
    ben.tells("3 here", "ben")
    return [ana, ben]


def completion(stage: Stage) -> Shown:
    """Play: what can be typed is shown while it is typed."""
    stage.server()
    ana, ben = stage.client("magenta", "ana"), stage.client("green", "ben")
    ben.say("the release is out!")
    ana.shows("the release is out!", above=PROMPT)
    for one in (ana, ben):
        one.tells("2 here")
    ana.press("/r")
    ana.offers("/room ", typed="/r")
    ana.press(2 * TAB)
    ana.offers("/room ", typed="/register ")
    ben.press("it was a pleasure :th")
    ben.offers(":thumbsup:", typed=":th")
    return [ana, ben]


def link_lost(stage: Stage) -> Shown:
    """Play: the server goes away; what is typed meanwhile waits, and is sent when it is back."""
    server = stage.server()
    ana, ben = stage.client("magenta", "ana"), stage.client("green", "ben")
    ben.say("I am restarting the server, hold on")
    ana.shows("hold on", above=PROMPT)
    ana.tells("2 here")
    server.leave(CTRL_C)
    for one in (ana, ben):
        one.shows("Disconnected", above=PROMPT)
    ana.say("no hurry, I can type on meanwhile")
    ana.tells("disconnected, 1 waiting")
    away = ana.still("huechat-client: the server is away")
    stage.server()
    for one in (ana, ben):
        one.shows("all sent", above=PROMPT)
    ben.shows("no hurry", above=PROMPT)
    ben.say("and it is back 🎈")
    ana.shows("and it is back", above=PROMPT)
    ana.tells("2 here")
    return [away, ana.still("huechat-client: the server is back")]


class Picture(NamedTuple):
    """A story, and what its picture shows, for those who do not see it."""

    play: Callable[[Stage], Shown]
    about: str


PICTURES: Final = {
    "server_running": Picture(
        server_running,
        "Two terminals: the server accepts connections; an administrator makes an account",
    ),
    "multiple_clients": Picture(
        multiple_clients, "Three terminals: clients in red, blue and green see each other's words"
    ),
    "active_chat_session": Picture(
        active_chat_session, "A terminal: a longer chat in one client, with a reconnect"
    ),
    "people_and_rooms": Picture(
        people_and_rooms,
        "Two terminals: three people in a room, a private message, and one of them is put out",
    ),
    "completion": Picture(
        completion, "Two terminals: a menu of commands, and one of emoji, under what is typed"
    ),
    "link_lost": Picture(
        link_lost,
        "A terminal, twice: the server is away and a message waits; it is back and has it",
    ),
}
