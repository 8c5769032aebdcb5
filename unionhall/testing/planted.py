"""Words that are planted and sought again in every column of the database: whether anything readable of somebody remains."""

from django.db import connection

SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃列张寒来暑往秋收冬藏"
COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea')
"""
STANDS = 'SELECT EXISTS (SELECT 1 FROM "{0}" WHERE position(%s IN "{1}"::text) > 0 OR position(%s IN "{1}"::text) > 0)'


class Planter:
    """Gives words that stand nowhere else, of characters that a name may have, each with its place: `plant("reason")`."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def __call__(self, place: str) -> str:
        """The next word."""
        self.words.append(f"埋{SIGNS[len(self.words)]}{place}")
        return self.words[-1]


def hits(*words: str) -> set[tuple[str, str, str]]:
    """Every place (table, column, word) in which a word stands: as text, in JSON and arrays, or as bytes."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        found = set()
        for table, column in cursor.fetchall():
            for word in words:
                cursor.execute(STANDS.format(table, column), [word, word.encode().hex()])
                if cursor.fetchone()[0]:
                    found.add((str(table), str(column), word))
    return found
