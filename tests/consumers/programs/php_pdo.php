<?php
// PDO with its ODBC driver, which reads every column as characters: a blob comes as hexadecimal
// digits, as Appendix D of the ODBC Reference has it.
declare(strict_types=1);
error_reporting(E_ALL);

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

function insert(PDO $db, array $values): void
{
    $statement = $db->prepare('INSERT INTO typed VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    foreach ($values as $at => $value) {
        $statement->bindValue($at + 1, $value, $at === 4 && $value !== null ? PDO::PARAM_LOB : PDO::PARAM_STR);
    }
    $statement->execute();
    expect('rows inserted', $statement->rowCount(), 1);
}

function row(PDO $db, string $sql, array $parameters = []): array|false
{
    $statement = $db->prepare($sql);
    $statement->execute($parameters);
    return $statement->fetch(PDO::FETCH_NUM);
}

function state_of(PDO $db, string $sql): string
{
    try {
        $db->exec($sql);
    } catch (PDOException $failure) {
        return $failure->errorInfo[0];
    }
    return 'no failure';
}

$db = new PDO("odbc:$argv[1]", null, null, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
echo 'version PHP ', PHP_VERSION, ', PDO_ODBC ', phpversion('PDO_ODBC'), "\n";
expect('the sum', row($db, 'SELECT 1 + 1'), ['2']);
ok('connect');

$db->exec('CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), b BLOB,'
    . ' day DATE, moment TIMESTAMP, flag BOOLEAN)');
$db->exec('CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)');
$db->exec('CREATE TABLE gone (a)');
$db->exec('DROP TABLE gone');
ok('ddl');

insert($db, ['1', '9007199254740993', '0.1', "it's ; ? fine", "\x00\x01\xff", '2024-02-29',
    '2024-02-29 12:34:56', '1']);
expect('row 1', row($db, 'SELECT id, i, d, t, b, day, moment, flag FROM typed WHERE id = ?', [1]),
    ['1', '9007199254740993', '0.1', "it's ; ? fine", '0001FF', '2024-02-29',
     '2024-02-29 12:34:56', '1']);
ok('types');

insert($db, ['2', null, null, null, null, null, null, null]);
expect('row 2', row($db, 'SELECT i, d, t, b, day, moment, flag FROM typed WHERE id = 2'),
    array_fill(0, 7, null));
ok('nulls');

$text = "é漢\u{1f600}\u{1d11e}";
insert($db, ['3', null, null, $text, null, null, null, null]);
expect('the text', row($db, 'SELECT t FROM typed WHERE id = 3'), [$text]);
expect('its row', row($db, 'SELECT id FROM typed WHERE t = ?', [$text]), ['3']);
ok('unicode');

$long = str_repeat('x', 1000000);
$blob = str_repeat("\xab", 300000);
$put = $db->prepare('INSERT INTO large VALUES (1, ?, ?)');
$put->bindValue(1, $long);
$put->bindValue(2, $blob, PDO::PARAM_LOB);
$put->execute();
[$t, $b] = row($db, 'SELECT t, b FROM large');
expect('the long text', $t === $long, true);
expect('the blob', hex2bin($b) === $blob, true);
ok('large');

$db->beginTransaction();
$db->exec('INSERT INTO typed (id) VALUES (5)');
$db->rollBack();
$db->beginTransaction();
$db->exec('INSERT INTO typed (id) VALUES (6)');
$db->commit();
expect('the rows', row($db, 'SELECT group_concat(id) FROM typed WHERE id IN (5, 6)'), ['6']);
ok('transactions');

expect('the state of a duplicate', state_of($db, 'INSERT INTO typed (id) VALUES (1)'), '23000');
expect('the state of bad syntax', state_of($db, 'SELEC 1'), '42000');
expect('the sum', row($db, 'SELECT 1 + 1'), ['2']);
ok('errors');

$db->exec('CREATE TABLE bulk (n INTEGER, s VARCHAR(40))');
$db->beginTransaction();
$fill = $db->prepare('INSERT INTO bulk VALUES (?, ?)');
for ($n = 1; $n <= 1000; $n++) {
    $fill->execute([$n, "row $n"]);
}
$db->commit();
expect('the sum', row($db, 'SELECT sum(n) FROM bulk'), ['500500']);
ok('bulk');
