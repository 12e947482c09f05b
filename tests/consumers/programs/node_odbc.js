// Node.js with the `odbc` package.
'use strict';
const assert = require('node:assert');
const odbc = require('odbc');

const ok = (step) => console.log(`ok ${step}`);

async function stateOf(db, sql) {
    try {
        await db.query(sql);
    } catch (failure) {
        return failure.odbcErrors[0].state;
    }
    return 'no failure';
}

async function main() {
    const db = await odbc.connect(process.argv[2]);
    const row = async (sql, parameters) => Object.values((await db.query(sql, parameters))[0]);
    console.log(`version Node ${process.versions.node}, odbc ${require('odbc/package.json').version}`);
    assert.deepEqual(await row('SELECT 1 + 1'), [2]);
    ok('connect');

    await db.query('CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), ' +
        'b BLOB, day DATE, moment TIMESTAMP, flag BOOLEAN)');
    await db.query('CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)');
    await db.query('CREATE TABLE gone (a)');
    await db.query('DROP TABLE gone');
    ok('ddl');

    // The package sends a Buffer only to a parameter told as binary, which it asks the driver.
    const insert = await db.createStatement();
    await insert.prepare('INSERT INTO typed VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    const add = async (values) => {
        await insert.bind(values);
        return (await insert.execute()).count;
    };
    assert.equal(await add([1, 9007199254740993n, 0.1, "it's ; ? fine", Buffer.from([0, 1, 255]),
        '2024-02-29', '2024-02-29 12:34:56', true]), 1);
    const read = await row('SELECT id, i, d, t, b, day, moment, flag FROM typed WHERE id = ?', [1]);
    assert.deepEqual(read.slice(2, 4), [0.1, "it's ; ? fine"]);
    assert.equal(BigInt(await row('SELECT CAST(i AS TEXT) FROM typed WHERE id = 1')), 9007199254740993n);
    assert.deepEqual(Buffer.from(read[4]), Buffer.from([0, 1, 255]));
    assert.deepEqual(read.slice(5, 7), ['2024-02-29', '2024-02-29 12:34:56']);
    assert.ok(read[7] === true || read[7] === 1 || read[7] === '1');
    ok('types');

    await add([2, null, null, null, null, null, null, null]);
    assert.deepEqual((await row('SELECT * FROM typed WHERE id = 2')).slice(1), Array(7).fill(null));
    ok('nulls');

    const text = 'é漢\u{1f600}\u{1d11e}';
    await add([3, null, null, text, null, null, null, null]);
    assert.deepEqual(await row('SELECT t FROM typed WHERE id = 3'), [text]);
    assert.deepEqual(await row('SELECT id FROM typed WHERE t = ?', [text]), [3]);
    ok('unicode');

    const long = 'x'.repeat(1000000);
    const blob = Buffer.alloc(300000, 0xab);
    await db.query('INSERT INTO large VALUES (1, ?, ?)', [long, blob]);
    const [t, b] = await row('SELECT t, b FROM large');
    assert.ok(t === long);
    assert.ok(Buffer.from(b).equals(blob));
    ok('large');

    await db.beginTransaction();
    await db.query('INSERT INTO typed (id) VALUES (5)');
    await db.rollback();
    await db.beginTransaction();
    await db.query('INSERT INTO typed (id) VALUES (6)');
    await db.commit();
    assert.deepEqual(await row('SELECT group_concat(id) FROM typed WHERE id IN (5, 6)'), ['6']);
    ok('transactions');

    assert.equal(await stateOf(db, 'INSERT INTO typed (id) VALUES (1)'), '23000');
    assert.equal(await stateOf(db, 'SELEC 1'), '42000');
    assert.deepEqual(await row('SELECT 1 + 1'), [2]);
    ok('errors');

    assert.deepEqual((await db.tables(null, null, 'typed', null)).map((each) => each.TABLE_NAME), ['typed']);
    assert.deepEqual((await db.columns(null, null, 'typed', null)).map((each) => each.COLUMN_NAME),
        ['id', 'i', 'd', 't', 'b', 'day', 'moment', 'flag']);
    assert.deepEqual((await db.primaryKeys(null, null, 'typed')).map((each) => each.COLUMN_NAME), ['id']);
    ok('metadata');

    await db.query('CREATE TABLE bulk (n INTEGER, s VARCHAR(40))');
    await db.beginTransaction();
    const fill = await db.createStatement();
    await fill.prepare('INSERT INTO bulk VALUES (?, ?)');
    for (let n = 1; n <= 1000; ++n) {
        await fill.bind([n, `row ${n}`]);
        await fill.execute();
    }
    await fill.close();
    await db.commit();
    assert.deepEqual((await row('SELECT sum(n) FROM bulk')).map(Number), [500500]);
    ok('bulk');
    await insert.close();
    await db.close();
}

main().catch((failure) => {
    console.error(failure, failure.odbcErrors ?? '');
    process.exit(1);
});
