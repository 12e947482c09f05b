"""What the compliance suite must be told of a dialect it does not come with."""

from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.testing import provision


@provision.temp_table_keyword_args.for_db("dqlite")
def temp_table_keyword_args(cfg, eng):
    return {"prefixes": ["TEMPORARY"]}


@provision.upsert.for_db("dqlite")
def upsert(cfg, table, returning, *, set_lambda=None, sort_by_parameter_order=False,
           index_elements=None):
    statement = insert(table)
    if set_lambda is None:
        statement = statement.on_conflict_do_nothing()
    else:
        statement = statement.on_conflict_do_update(set_=set_lambda(statement.excluded))
    return statement.returning(*returning, sort_by_parameter_order=sort_by_parameter_order)
