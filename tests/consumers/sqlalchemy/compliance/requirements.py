"""What the compliance suite may expect of dqlite: every requirement whose default differs, and why.

The suite skips what a requirement in LACKS is for, the tests in SKIPPED, and what SQLAlchemy's own
defaults leave out for every database that does not claim it (sequences, comments on tables, ...).
RETURNING is asked of the dialect, which asks the server.

Of the tests that SQLAlchemy's own run on SQLite (pysqlite) passes, only those are left out that have
their reason here: beside_pysqlite.py holds the runs against each other.
"""

from sqlalchemy.testing import exclusions
from sqlalchemy.testing.requirements import SuiteRequirements

HAS = """
    table_ddl_if_exists index_ddl_if_exists non_updating_cascade deferrable_fks
    repeated_column_foreign_keys boolean_col_expressions nullsordering intersect except_
    window_functions ctes ctes_with_update_delete tuple_in emulated_lastrowid
    views temporary_views foreign_key_constraint_name_reflection reflects_pk_names
    foreign_key_constraint_option_reflection_ondelete
    fk_constraint_option_reflection_ondelete_restrict
    fk_constraint_option_reflection_ondelete_noaction
    foreign_key_constraint_option_reflection_onupdate
    fk_constraint_option_reflection_onupdate_restrict
    temp_table_names has_temp_table
    indexes_with_expressions
    check_constraint_reflection inline_check_constraint_reflection unicode_ddl
    datetime_historic date_historic timestamp_microseconds isolation_level json_type
    legacy_unconditional_json_extract server_defaults expression_server_defaults
    float_or_double_precision_behaves_generically infinity_floats savepoints update_from
    mod_operator_as_percent_sign percent_schema_names order_by_label_with_expression
    computed_columns computed_columns_stored computed_columns_virtual
    computed_columns_reflect_persisted
    supports_bitwise_or supports_bitwise_and supports_bitwise_not supports_bitwise_shift
    reflect_table_options indexes_check_column_order nvarchar_types
    supports_bitwise_xor ctes_with_values schema_reflection datetime_literals dbapi_lastrowid
    precision_numerics_retains_significant_digits
""".split()

LACKS = {
    "schemas": "one database a connection: servers refuse ATTACH of a named file",
    "cross_schema_fk_reflection": "as schemas",
    "parens_in_union_contained_select_w_limit_offset": "SQLite's grammar has no parentheses there",
    "parens_in_union_contained_select_wo_limit_offset": "SQLite's grammar has no parentheses there",
    "implicitly_named_constraints": "SQLite gives no names to constraints",
    "reflect_indexes_with_expressions": "SQLAlchemy's reflection of SQLite leaves them out",
    "precision_numerics_many_significant_digits": "SQLite's numbers are doubles",
    "regexp_match": "servers have no function regexp()",
    "autocommit": "AUTOCOMMIT is refused, as in sqlalchemy-dqlite",
}

# Tests that ask for what a requirement closes without naming it. One that matches no test is an error.
SKIPPED = {
    r"::test_check_constraint_\w+\[True-": LACKS["schemas"],
    r"::test_check_constraint_\w+\[True\]": LACKS["schemas"],
    r"::test_metadata\[\w+-_exclusions_\d+-True\]|::test_metadata\[True-": LACKS["schemas"],
    r"::test_(get|has)_schema(_names)?(_w_translate_map)?$": LACKS["schemas"],
    r"::test_\w+_typed_\w+\[_decimal1\]": LACKS["precision_numerics_many_significant_digits"],
    r"::test_truediv_divisor\[numeric_many_decimals-": LACKS[
        "precision_numerics_many_significant_digits"],
    r"::test_dialect_user_setting_is_restored": "SERIALIZABLE is the only isolation level",
}

# What the suite itself says as it skips what pysqlite passes, or would say: of a class that it leaves
# out as a whole it does not speak, so that these are found by the class's name.
SAID = {
    r"doesn't support '.*RETURNING|^ReturningTest::": "the server does not run RETURNING safely",
    r"^no non-default isolation level": "SERIALIZABLE is the only isolation level",
    r"^AutocommitIsolationTest::": LACKS["autocommit"],
    r"^SameNamedSchemaTableTest::": LACKS["schemas"],
}


class Requirements(SuiteRequirements):
    def get_isolation_levels(self, config):
        return {"default": "SERIALIZABLE", "supported": ["SERIALIZABLE"]}

    def get_order_by_collation(self, config):
        return "NOCASE"


def _always(exclusion):
    return property(lambda self: exclusion())


def _closed(reason):
    """Closed, and the skip says why."""
    return lambda: exclusions.skip_if(exclusions.BooleanPredicate(True, reason))


for _name in HAS:
    setattr(Requirements, _name, _always(exclusions.open))
for _name, _reason in LACKS.items():
    setattr(Requirements, _name, _always(_closed(_reason)))
