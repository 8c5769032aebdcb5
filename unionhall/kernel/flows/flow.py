"""How a room declares its flow: the states of its records and the moves between them, as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from unionhall.lib.text import Text

KINDS = ("draft", "open", "waiting", "closed")
PLACES = ("holder", "owner")


@dataclass(frozen=True, slots=True)
class State:
    """A state of a record.

    `kind`: draft (only its author works on it), open (somebody of ours must act), waiting (somebody outside must act; the
    clock still runs unless paused), closed. `task` is the move that the state waits for, the first declared one that
    starts here unless named; entering the state puts it on the worklist of the unit where that move is made.
    `due_policy` gives the days for it in working days where the move that leads here names none. `signers` is the permission
    that somebody needs to be asked for a signature (加签) while the record stands here; without it nobody is asked.
    """

    code: str
    name: Text
    kind: str = "open"
    task: str = ""
    due_policy: str | None = None
    signers: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"state {self.code}: kind is one of {', '.join(KINDS)}")


@dataclass(frozen=True, slots=True)
class Move:
    """A change of state that people may make.

    `permission` is asked at the unit that handles the record (`at="holder"`) or that owns it (`at="owner"`).
    `due_policy` names the policy whose working days give the due date in the target state; without it (and without one
    of the state) the date stays. `reason`: a sentence is required. `undo`: how long the move can be taken back, as a time
    or as the code of a policy in minutes; None means never.
    `routes`: the move must say to which unit the record goes. `whole`: all joint units must have done their part.
    `second_person`: whoever made the record's last move may not make this one (four eyes). `anytime`: a withdrawal, which
    waits for no signature that was asked for; it closes the record, and what was asked is void. `by_clock`: the house makes it by
    itself when the due date is over; until then it stands on the record and in nobody's worklist. `impartial`: nobody makes it
    in the own case, which the room tells when it registers the flow (`own`).
    """

    code: str
    name: Text
    source: tuple[str, ...]
    target: str
    permission: str
    due_policy: str | None = None
    reason: bool = False
    undo: timedelta | str | None = None
    at: str = "holder"
    routes: bool = False
    whole: bool = False
    second_person: bool = False
    anytime: bool = False
    by_clock: bool = False
    impartial: bool = False

    def __post_init__(self) -> None:
        if not self.source:
            raise ValueError(f"move {self.code}: needs a source state")
        if self.at not in PLACES:
            raise ValueError(f"move {self.code}: at is one of {', '.join(PLACES)}")


@dataclass(frozen=True, slots=True)
class Flow:
    """A room's table of states and moves; the first state is where a record begins.

    `supervise` is the permission for what is done to the clock and the owner of a record instead of to the record:
    pause, resume, chase, hand over, joint handling.
    """

    code: str
    name: Text
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    supervise: str = "flows.supervise"

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise ValueError(f"flow {self.code}: " + "; ".join(faults))

    def _faults(self) -> Iterator[str]:
        states, moves = [s.code for s in self.states], [m.code for m in self.moves]
        if not states:
            yield "needs a state"
            return
        if len(set(states)) < len(states) or len(set(moves)) < len(moves):
            yield "a code stands twice"
        for move in self.moves:
            for code in (*move.source, move.target):
                if code not in states:
                    yield f"move {move.code} names the unknown state {code}"
        for state in self.states:
            if (
                state.task
                and state.kind != "closed"
                and (state.task not in moves or state.code not in self.move(state.task).source)
            ):
                yield f"state {state.code} waits for {state.task}, which does not start there"
            if state.kind == "closed" and state.task:
                yield f"state {state.code} is closed and waits for nothing"
            if state.signers and (state.kind != "open" or self.awaited(state.code) is None):
                yield f"state {state.code} is not one in which somebody of ours decides: nobody is asked to sign"
        for move in self.moves:
            if move.anytime and move.target not in self.closed:
                yield f"move {move.code} waits for no signature but does not close the record"
        reached = {states[0]}
        for _ in states:
            reached |= {move.target for move in self.moves if reached & set(move.source)}
        for code in states:
            if code not in reached:
                yield f"no move leads to {code}"

    @property
    def initial(self) -> State:
        """Where a record begins."""
        return self.states[0]

    def state(self, code: str) -> State:
        """The state of a code; raises KeyError."""
        for state in self.states:
            if state.code == code:
                return state
        raise KeyError(code)

    def move(self, code: str) -> Move:
        """The move of a code; raises KeyError."""
        for move in self.moves:
            if move.code == code:
                return move
        raise KeyError(code)

    def moves_from(self, state: str) -> list[Move]:
        """The moves that start in a state, in the declared order."""
        return [move for move in self.moves if state in move.source]

    def awaited(self, state: str) -> Move | None:
        """The move that a state waits for: the named one, else the first that starts there; None where nothing is owed."""
        here = self.state(state)
        if here.kind == "closed":
            return None
        if here.task:
            return self.move(here.task)
        return next(iter(self.moves_from(state)), None)

    @property
    def closed(self) -> frozenset[str]:
        """The codes of the states in which nothing is owed any more."""
        return frozenset(state.code for state in self.states if state.kind == "closed")
