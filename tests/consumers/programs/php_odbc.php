<?php
// PHP's odbc_* functions: an ODBC 2 application, which gets ODBC 2's SQLSTATE for bad syntax.
declare(strict_types=1);
error_reporting(E_ALL);
set_error_handler(function (int $severity, string $message) {
    if (error_reporting() & $severity) {
        throw new ErrorException($message, 0, $severity);
    }
    return false;
});

function expect(string $what, mixed $is, mixed $should): void
{
    if ($is !== $should) {
        fwrite(STDERR, "$what is " . var_export($is, true) . ', not ' . var_export($should, true) . "\n");
        exit(1);
    }
}

function ok(string $step): void
{
    echo "ok $step\n";
}

function insert($db, array $values): void
{
    $statement = odbc_prepare($db, 'INSERT INTO typed VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    expect('the execution', odbc_execute($statement, $values), true);
    expect('rows inserted', odbc_num_rows($statement), 1);
}

function row($db, string $sql, array $parameters = []): array|false
{
    $statement = odbc_prepare($db, $sql);
    odbc_execute($statement, $parameters);
    odbc_longreadlen($statement, 2000000);
    $row = odbc_fetch_array($statement);
    return $row === false ? false : array_values($row);
}

function state_of($db, string $sql): string
{
    expect("the execution of $sql", @odbc_exec($db, $sql), false);
    return odbc_error($db);
}

$db = odbc_connect($argv[1], '', '');
echo 'version PHP ', PHP_VERSION, "\n";
expect('the sum', row($db, 'SELECT 1 + 1'), ['2']);
ok('connect');

odbc_exec($db, 'CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), b BLOB,'
    . ' day DATE, moment TIMESTAMP, flag BOOLEAN)');
odbc_exec($db, 'CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)');
odbc_exec($db, 'CREATE TABLE gone (a)');
odbc_exec($db, 'DROP TABLE gone');
ok('ddl');

insert($db, [1, '9007199254740993', 0.1, "it's ; ? fine", "\x00\x01\xff", '2024-02-29',
    '2024-02-29 12:34:56', 1]);
expect('row 1', row($db, 'SELECT id, i, d, t, b, day, moment, flag FROM typed WHERE id = ?', [1]),
    ['1', '9007199254740993', '0.1', "it's ; ? fine", "\x00\x01\xff", '2024-02-29',
     '2024-02-29 12:34:56', '1']);
ok('types');

insert($db, [2, null, null, null, null, null, null, null]);
expect('row 2', row($db, 'SELECT i, d, t, b, day, moment, flag FROM typed WHERE id = 2'),
    array_fill(0, 7, null));
ok('nulls');

$text = "é漢\u{1f600}\u{1d11e}";
insert($db, [3, null, null, $text, null, null, null, null]);
expect('the text', row($db, 'SELECT t FROM typed WHERE id = 3'), [$text]);
expect('its row', row($db, 'SELECT id FROM typed WHERE t = ?', [$text]), ['3']);
ok('unicode');

$long = str_repeat('x', 1000000);
$blob = str_repeat("\xab", 300000);
$put = odbc_prepare($db, 'INSERT INTO large VALUES (1, ?, ?)');
expect('the execution', odbc_execute($put, [$long, $blob]), true);
[$t, $b] = row($db, 'SELECT t, b FROM large');
expect('the long text', $t === $long, true);
expect('the blob', $b === $blob, true);
ok('large');

odbc_autocommit($db, false);
odbc_exec($db, 'INSERT INTO typed (id) VALUES (5)');
odbc_rollback($db);
odbc_exec($db, 'INSERT INTO typed (id) VALUES (6)');
odbc_commit($db);
odbc_autocommit($db, true);
expect('the rows', row($db, 'SELECT group_concat(id) FROM typed WHERE id IN (5, 6)'), ['6']);
ok('transactions');

expect('the state of a duplicate', state_of($db, 'INSERT INTO typed (id) VALUES (1)'), '23000');
expect('the state of bad syntax', state_of($db, 'SELEC 1'), '37000');
expect('the sum', row($db, 'SELECT 1 + 1'), ['2']);
ok('errors');

$tables = odbc_tables($db, null, null, 'typed', 'TABLE');
expect('the table', odbc_fetch_array($tables)['TABLE_NAME'], 'typed');
$columns = odbc_columns($db, null, null, 'typed', '%');
$names = [];
while ($column = odbc_fetch_array($columns)) {
    $names[] = $column['COLUMN_NAME'];
}
expect('the columns', $names, ['id', 'i', 'd', 't', 'b', 'day', 'moment', 'flag']);
ok('metadata');

odbc_exec($db, 'CREATE TABLE bulk (n INTEGER, s VARCHAR(40))');
odbc_autocommit($db, false);
$fill = odbc_prepare($db, 'INSERT INTO bulk VALUES (?, ?)');
for ($n = 1; $n <= 1000; $n++) {
    odbc_execute($fill, [$n, "row $n"]);
}
odbc_commit($db);
odbc_autocommit($db, true);
expect('the sum', row($db, 'SELECT sum(n) FROM bulk'), ['500500']);
ok('bulk');
odbc_close($db);
