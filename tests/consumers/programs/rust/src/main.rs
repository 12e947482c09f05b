// Rust with odbc-api.
use odbc_api::{
    buffers::TextRowSet, parameter::VarBinaryArray, BindParamDesc, Connection, ConnectionOptions,
    Cursor, Environment, Error, IntoParameter, ParameterCollectionRef, ResultSetMetadata,
};
use std::fmt::Debug;

type Any = Box<dyn std::error::Error>;
const TEXT: &str = "é漢\u{1f600}\u{1d11e}";

fn expect<T: PartialEq + Debug>(what: &str, is: T, should: T) -> Result<(), Any> {
    if is == should {
        return Ok(());
    }
    Err(format!("{what} is {is:?}, not {should:?}").into())
}

fn ok(step: &str) {
    println!("ok {step}");
}

fn row(db: &Connection, sql: &str, values: impl ParameterCollectionRef) -> Result<Vec<Option<String>>, Any> {
    let mut cursor = db.execute(sql, values, None)?.ok_or("no result")?;
    let columns = cursor.num_result_cols()? as u16;
    let mut row = cursor.next_row()?.ok_or("no row")?;
    let mut out = Vec::new();
    for column in 1..=columns {
        let mut text = Vec::new();
        let is_there = row.get_text(column, &mut text)?;
        out.push(if is_there { Some(String::from_utf8(text)?) } else { None });
    }
    Ok(out)
}

fn some(values: &[&str]) -> Vec<Option<String>> {
    values.iter().map(|each| Some(each.to_string())).collect()
}

fn state_of(db: &Connection, sql: &str) -> String {
    match db.execute(sql, (), None) {
        Err(Error::Diagnostics { record, .. }) => record.state.as_str().to_string(),
        _ => "no failure".to_string(),
    }
}

fn main() -> Result<(), Any> {
    let string = std::env::args().nth(1).ok_or("usage: consumer CONNECTION-STRING")?;
    let environment = Environment::new()?;
    let db = environment.connect_with_connection_string(&string, ConnectionOptions::default())?;
    println!("version odbc-api {}", env!("ODBC_API_VERSION"));
    expect("the sum", row(&db, "SELECT 1 + 1", ())?, some(&["2"]))?;
    ok("connect");

    let run = |sql: &str| -> Result<(), Error> { db.execute(sql, (), None).map(|_| ()) };
    run("CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), b BLOB, \
         day DATE, moment TIMESTAMP, flag BOOLEAN)")?;
    run("CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)")?;
    run("CREATE TABLE gone (a)")?;
    run("DROP TABLE gone")?;
    ok("ddl");

    let day = odbc_api::sys::Date { year: 2024, month: 2, day: 29 };
    let moment = odbc_api::sys::Timestamp {
        year: 2024, month: 2, day: 29, hour: 12, minute: 34, second: 56, fraction: 0,
    };
    let blob = VarBinaryArray::<3>::new(&[0, 1, 255]);
    let flag = odbc_api::Bit::from_bool(true);
    let text = "it's ; ? fine".into_parameter();
    db.execute(
        "INSERT INTO typed VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            &1i32,
            &9007199254740993i64,
            &0.1f64,
            &text,
            &blob,
            &day.into_parameter(),
            &odbc_api::parameter::WithDataType {
                value: moment,
                data_type: odbc_api::DataType::Timestamp { precision: 0 },
            },
            &flag,
        ),
        None,
    )?;
    expect(
        "row 1",
        row(&db, "SELECT id, i, d, t, b, day, moment, flag FROM typed WHERE id = ?", &1i32)?,
        some(&["1", "9007199254740993", "0.1", "it's ; ? fine", "0001FF", "2024-02-29",
               "2024-02-29 12:34:56", "1"]),
    )?;
    ok("types");

    db.execute(
        "INSERT INTO typed (id, i, d, t) VALUES (2, ?, ?, ?)",
        (&None::<i64>.into_parameter(), &None::<f64>.into_parameter(), &None::<&str>.into_parameter()),
        None,
    )?;
    expect("row 2", row(&db, "SELECT i, d, t, b, day, moment, flag FROM typed WHERE id = 2", ())?,
           vec![None; 7])?;
    ok("nulls");

    let text = TEXT.into_parameter();
    db.execute("INSERT INTO typed (id, t) VALUES (3, ?)", &text, None)?;
    expect("the text", row(&db, "SELECT t FROM typed WHERE id = 3", ())?, some(&[TEXT]))?;
    expect("its row", row(&db, "SELECT id FROM typed WHERE t = ?", &text)?, some(&["3"]))?;
    ok("unicode");

    let long = "x".repeat(1_000_000);
    let blob = vec![0xabu8; 300_000];
    db.execute(
        "INSERT INTO large VALUES (1, ?, ?)",
        (&long.as_str().into_parameter(), &blob.as_slice().into_parameter()),
        None,
    )?;
    let mut cursor = db.execute("SELECT t, b FROM large", (), None)?.ok_or("no result")?;
    let mut large = cursor.next_row()?.ok_or("no row")?;
    let mut bytes = Vec::new();
    large.get_text(1, &mut bytes)?;
    expect("the long text is the same", bytes == long.as_bytes(), true)?;
    large.get_binary(2, &mut bytes)?;
    expect("the blob is the same", bytes == blob, true)?;
    drop(cursor);
    ok("large");

    db.set_autocommit(false)?;
    run("INSERT INTO typed (id) VALUES (5)")?;
    db.rollback()?;
    run("INSERT INTO typed (id) VALUES (6)")?;
    db.commit()?;
    db.set_autocommit(true)?;
    expect("the rows", row(&db, "SELECT group_concat(id) FROM typed WHERE id IN (5, 6)", ())?,
           some(&["6"]))?;
    ok("transactions");

    expect("a duplicate", state_of(&db, "INSERT INTO typed (id) VALUES (1)"), "23000".to_string())?;
    expect("bad syntax", state_of(&db, "SELEC 1"), "42000".to_string())?;
    expect("the sum", row(&db, "SELECT 1 + 1", ())?, some(&["2"]))?;
    ok("errors");

    let mut tables = Vec::new();
    for table in db.tables("", "", "typed", "TABLE")? {
        tables.push(table?.table.as_str()?.unwrap_or("").to_string());
    }
    expect("the tables", tables, vec!["typed".to_string()])?;
    let mut columns = Vec::new();
    for column in db.columns("", "", "typed", "%")? {
        columns.push(column?.column_name.as_str()?.unwrap_or("").to_string());
    }
    expect("the columns", columns.join(" "), "id i d t b day moment flag".to_string())?;
    ok("metadata");

    run("CREATE TABLE bulk (n INTEGER, s VARCHAR(40))")?;
    let fill = db.prepare("INSERT INTO bulk VALUES (?, ?)")?;
    let mut array =
        fill.into_column_inserter(1000, [BindParamDesc::i64(false), BindParamDesc::text(40)])?;
    array.set_num_rows(1000);
    let numbers = array.column_mut(0).as_slice::<i64>().ok_or("no column of integers")?;
    for (at, number) in numbers.iter_mut().enumerate() {
        *number = at as i64 + 1;
    }
    let mut texts = array.column_mut(1).as_text().ok_or("no column of texts")?;
    for at in 0..1000 {
        texts.set_cell(at, Some(format!("row {}", at + 1).as_bytes()));
    }
    array.execute()?;
    let cursor = db.execute("SELECT n, s FROM bulk ORDER BY n", (), None)?.ok_or("no result")?;
    let buffer = TextRowSet::from_max_str_lens(300, [20, 40])?;
    let mut blocks = cursor.bind_buffer(buffer)?;
    let mut sum = 0i64;
    while let Some(block) = blocks.fetch()? {
        for at in 0..block.num_rows() {
            sum += block.at_as_str(0, at)?.ok_or("a NULL")?.parse::<i64>()?;
        }
    }
    expect("the sum", sum, 500_500)?;
    ok("bulk");
    Ok(())
}
