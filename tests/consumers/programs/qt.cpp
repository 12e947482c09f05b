// Qt's QODBC.
#include <QCoreApplication>
#include <QDate>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlIndex>
#include <QSqlQuery>
#include <QSqlRecord>
#include <QVariant>
#include <cstdio>
#include <cstdlib>

namespace {

[[noreturn]] void fail(const QString& words) {
    std::fprintf(stderr, "%s\n", qPrintable(words));
    std::exit(1);
}

void expect(const char* what, const QVariant& is, const QVariant& should) {
    if (is != should) fail(QString("%1 is %2, not %3").arg(what, is.toString(), should.toString()));
}

void ok(const char* step) {
    std::printf("ok %s\n", step);
}

QSqlQuery run(const QString& sql, const QVariantList& values = {}) {
    QSqlQuery query;
    if (!query.prepare(sql)) fail(sql + ": " + query.lastError().text());
    for (const QVariant& value : values) query.addBindValue(value);
    if (!query.exec()) fail(sql + ": " + query.lastError().text());
    return query;
}

QVariant value_of(const QString& sql, const QVariantList& values = {}) {
    QSqlQuery query = run(sql, values);
    if (!query.next()) fail(sql + ": no row");
    return query.value(0);
}

QString complaint_of(const QString& sql) {
    QSqlQuery query;
    if (query.exec(sql)) fail(sql + " did not fail");
    return query.lastError().nativeErrorCode();
}

}  // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    QSqlDatabase db = QSqlDatabase::addDatabase("QODBC");
    db.setDatabaseName(argv[1]);
    if (!db.open()) fail(db.lastError().text());
    std::printf("version Qt %s\n", qVersion());
    expect("the sum", value_of("SELECT 1 + 1").toInt(), 2);
    ok("connect");

    run("CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), b BLOB, "
        "day DATE, moment TIMESTAMP, flag BOOLEAN)");
    run("CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)");
    run("CREATE TABLE gone (a)");
    run("DROP TABLE gone");
    ok("ddl");

    const QString insert = "INSERT INTO typed VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    const QVariantList first{1,
                             qlonglong{9007199254740993},
                             0.1,
                             "it's ; ? fine",
                             QByteArray("\x00\x01\xff", 3),
                             QDate(2024, 2, 29),
                             QDateTime(QDate(2024, 2, 29), QTime(12, 34, 56)),
                             true};
    expect("rows inserted", run(insert, first).numRowsAffected(), 1);
    QSqlQuery read = run("SELECT id, i, d, t, b, day, moment, flag FROM typed WHERE id = ?", {1});
    if (!read.next()) fail("no row 1");
    for (int at = 0; at < 8; ++at) expect("a value of row 1", read.value(at), first.at(at));
    ok("types");

    const QVariantList nothing{2,
                               QVariant(QMetaType(QMetaType::LongLong)),
                               QVariant(QMetaType(QMetaType::Double)),
                               QVariant(QMetaType(QMetaType::QString)),
                               QVariant(QMetaType(QMetaType::QByteArray)),
                               QVariant(QMetaType(QMetaType::QDate)),
                               QVariant(QMetaType(QMetaType::QDateTime)),
                               QVariant(QMetaType(QMetaType::Bool))};
    run(insert, nothing);
    QSqlQuery nulls = run("SELECT i, d, t, b, day, moment, flag FROM typed WHERE id = 2");
    if (!nulls.next()) fail("no row 2");
    for (int at = 0; at < 7; ++at) expect("NULL", nulls.isNull(at), true);
    ok("nulls");

    const QString text = QString::fromUtf8("é漢\U0001F600\U0001D11E");
    run("INSERT INTO typed (id, t) VALUES (3, ?)", {text});
    expect("the text", value_of("SELECT t FROM typed WHERE id = 3"), text);
    expect("its row", value_of("SELECT id FROM typed WHERE t = ?", {text}).toInt(), 3);
    ok("unicode");

    const QString long_text(1'000'000, 'x');
    const QByteArray blob(300'000, '\xab');
    run("INSERT INTO large VALUES (1, ?, ?)", {long_text, blob});
    QSqlQuery large = run("SELECT t, b FROM large");
    if (!large.next()) fail("no large row");
    expect("the long text is the same", large.value(0).toString() == long_text, true);
    expect("the blob is the same", large.value(1).toByteArray() == blob, true);
    ok("large");

    db.transaction();
    run("INSERT INTO typed (id) VALUES (5)");
    if (!db.rollback()) fail(db.lastError().text());
    db.transaction();
    run("INSERT INTO typed (id) VALUES (6)");
    if (!db.commit()) fail(db.lastError().text());
    expect("the rows", value_of("SELECT group_concat(id) FROM typed WHERE id IN (5, 6)"), "6");
    ok("transactions");

    // Qt tells the driver's native codes, not the SQLSTATE: SQLite's extended ones.
    expect("a duplicate", complaint_of("INSERT INTO typed (id) VALUES (1)"), "1555");
    expect("bad syntax", complaint_of("SELEC 1"), "1");
    expect("the sum", value_of("SELECT 1 + 1").toInt(), 2);
    ok("errors");

    expect("the table is listed", db.tables().contains("typed"), true);
    expect("the columns", db.record("typed").count(), 8);
    expect("the key", db.primaryIndex("typed").fieldName(0), "id");
    ok("metadata");

    run("CREATE TABLE bulk (n INTEGER, s VARCHAR(40))");
    QVariantList numbers;
    QVariantList texts;
    for (int n = 1; n <= 1000; ++n) {
        numbers << n;
        texts << QString("row %1").arg(n);
    }
    db.transaction();
    QSqlQuery fill;
    fill.prepare("INSERT INTO bulk VALUES (?, ?)");
    fill.addBindValue(numbers);
    fill.addBindValue(texts);
    if (!fill.execBatch()) fail(fill.lastError().text());
    if (!db.commit()) fail(db.lastError().text());
    expect("the sum", value_of("SELECT sum(n) FROM bulk").toInt(), 500500);
    ok("bulk");
    return 0;
}
