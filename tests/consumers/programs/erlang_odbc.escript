#!/usr/bin/env escript
%% -*- coding: utf-8 -*-
%% Erlang/OTP's odbc, which works through a port program of its own. Its texts are UTF-16, little
%% endian; what it has no type for (64-bit integers, dates, bytes) goes in and comes out as text.

-define(TEXT, "é漢\x{1f600}\x{1d11e}").

main([String]) ->
    io:setopts([{encoding, unicode}]),
    ok = application:start(odbc),
    {ok, Db} = connect(String, on),
    {ok, Version} = application:get_key(odbc, vsn),
    io:format("version Erlang/OTP ~s, odbc ~s~n", [erlang:system_info(otp_release), Version]),
    expect("the sum", run(Db, "SELECT 1 + 1"), [{<<"2">>}]),
    ok("connect"),
    make_tables(Db),
    ok("ddl"),
    write_types(Db),
    ok("types"),
    write_nulls(Db),
    ok("nulls"),
    write_unicode(Db),
    ok("unicode"),
    be_transactional(String),
    ok("transactions"),
    meet_errors(Db),
    ok("errors"),
    list_metadata(Db),
    ok("metadata"),
    load(Db, String),
    ok("bulk"),
    odbc:disconnect(Db).

connect(String, AutoCommit) ->
    odbc:connect(String, [{auto_commit, AutoCommit}, {binary_strings, on}, {extended_errors, on}]).

expect(_, Should, Should) -> ok;
expect(What, Is, Should) ->
    io:format("~ts is ~tp, not ~tp~n", [What, Is, Should]),
    halt(1).

ok(Step) -> io:format("ok ~s~n", [Step]).

run(Db, Sql) -> result(odbc:sql_query(Db, unicode:characters_to_list(Sql))).
run(Db, Sql, Parameters) -> result(odbc:param_query(Db, Sql, Parameters)).

result({updated, Count}) -> Count;
result({selected, _Columns, Rows}) -> Rows.

wide(Text) -> unicode:characters_to_binary(Text, unicode, {utf16, little}).

state_of(Db, Sql) ->
    {error, {State, _Native, _Words}} = odbc:sql_query(Db, Sql),
    State.

make_tables(Db) ->
    run(Db, "CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), "
            "b BLOB, day DATE, moment TIMESTAMP, flag BOOLEAN)"),
    run(Db, "CREATE TABLE gone (a)"),
    run(Db, "DROP TABLE gone").

%% Bytes cannot be parameters.
write_types(Db) ->
    Moment = {{2024, 2, 29}, {12, 34, 56}},
    1 = run(Db, "INSERT INTO typed VALUES (?, ?, ?, ?, X'0001FF', ?, ?, ?)",
            [{sql_integer, [1]}, {{sql_varchar, 20}, [<<"9007199254740993">>]},
             {sql_double, [0.1]}, {{sql_wvarchar, 100}, [wide("it's ; ? fine")]},
             {{sql_varchar, 10}, [<<"2024-02-29">>]}, {sql_timestamp, [Moment]},
             {sql_bit, [true]}]),
    expect("row 1", run(Db, "SELECT * FROM typed WHERE id = 1"),
           [{<<"1">>, <<"9007199254740993">>, 0.1, wide("it's ; ? fine"), <<"0001FF">>,
             <<"2024-02-29">>, Moment, true}]).

write_nulls(Db) ->
    1 = run(Db, "INSERT INTO typed VALUES (?, ?, ?, ?, NULL, ?, ?, ?)",
            [{sql_integer, [2]}, {{sql_varchar, 20}, [null]}, {sql_double, [null]},
             {{sql_wvarchar, 100}, [null]}, {{sql_varchar, 10}, [null]}, {sql_timestamp, [null]},
             {sql_bit, [null]}]),
    expect("row 2", run(Db, "SELECT * FROM typed WHERE id = 2"),
           [{<<"2">>, null, null, null, null, null, null, null}]).

write_unicode(Db) ->
    1 = run(Db, "INSERT INTO typed (id, t) VALUES (3, ?)", [{{sql_wvarchar, 100}, [wide(?TEXT)]}]),
    expect("the text and its row",
           run(Db, "SELECT id, t FROM typed WHERE t = ?", [{{sql_wvarchar, 100}, [wide(?TEXT)]}]),
           [{<<"3">>, wide(?TEXT)}]).

be_transactional(String) ->
    {ok, Db} = connect(String, off),
    run(Db, "INSERT INTO typed (id) VALUES (5)"),
    ok = odbc:commit(Db, rollback),
    run(Db, "INSERT INTO typed (id) VALUES (6)"),
    ok = odbc:commit(Db, commit),
    expect("the rows", run(Db, "SELECT id FROM typed WHERE id IN (5, 6)"), [{<<"6">>}]),
    ok = odbc:commit(Db, commit),
    odbc:disconnect(Db).

meet_errors(Db) ->
    expect("a duplicate", state_of(Db, "INSERT INTO typed (id) VALUES (1)"), "23000"),
    expect("bad syntax", state_of(Db, "SELEC 1"), "42000"),
    expect("the sum", run(Db, "SELECT 1 + 1"), [{<<"2">>}]).

%% It lists no tables.
list_metadata(Db) ->
    {ok, Columns} = odbc:describe_table(Db, "typed"),
    expect("the columns", [Name || {Name, _Type} <- Columns],
           ["id", "i", "d", "t", "b", "day", "moment", "flag"]).

%% Its arrays of texts overrun their own memory, so the rows go one by one.
load(Db, String) ->
    run(Db, "CREATE TABLE bulk (n INTEGER, s VARCHAR(40))"),
    {ok, Filling} = connect(String, off),
    [1 = run(Filling, "INSERT INTO bulk VALUES (?, ?)",
             [{sql_integer, [N]}, {{sql_varchar, 40}, [iolist_to_binary(["row ", integer_to_list(N)])]}])
     || N <- lists:seq(1, 1000)],
    ok = odbc:commit(Filling, commit),
    odbc:disconnect(Filling),
    expect("the sum", run(Db, "SELECT sum(n) FROM bulk"), [{<<"500500">>}]).
