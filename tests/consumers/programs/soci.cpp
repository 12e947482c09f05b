// SOCI's ODBC backend.
#include <array>
#include <ctime>
#include <iostream>
#include <numeric>
#include <soci/odbc/soci-odbc.h>
#include <soci/soci.h>
#include <soci/version.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr auto unicode = "é漢\U0001F600\U0001D11E";

template <class Is, class Should>
void expect(const std::string& what, const Is& is, const Should& should) {
    if (is != should) throw std::runtime_error(what + " is not as it should be");
}

void ok(const char* step) {
    std::cout << "ok " << step << std::endl;
}

int integer(soci::session& db, const std::string& sql) {
    int value = 0;
    db << sql, soci::into(value);
    return value;
}

std::tm moment(int hour, int minute, int second) {
    std::tm when{};
    when.tm_year = 124;
    when.tm_mon = 1;
    when.tm_mday = 29;
    when.tm_hour = hour;
    when.tm_min = minute;
    when.tm_sec = second;
    return when;
}

std::array<int, 6> parts(const std::tm& when) {
    return {when.tm_year, when.tm_mon, when.tm_mday, when.tm_hour, when.tm_min, when.tm_sec};
}

void make_tables(soci::session& db) {
    db << "CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), b BLOB, "
          "day DATE, moment TIMESTAMP, flag BOOLEAN)";
    db << "CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)";
    db << "CREATE TABLE gone (a)";
    db << "DROP TABLE gone";
}

// Its ODBC backend has no bytes and no booleans: it reads them as texts.
void write_types(soci::session& db) {
    const long long i = 9007199254740993;
    const double d = 0.1;
    const std::string t = "it's ; ? fine";
    const std::tm day = moment(0, 0, 0);
    const std::tm when = moment(12, 34, 56);
    const int flag = 1;
    db << "INSERT INTO typed VALUES (1, :i, :d, :t, X'0001FF', :day, :moment, :flag)", soci::use(i),
        soci::use(d), soci::use(t), soci::use(day), soci::use(when), soci::use(flag);
    soci::row row;
    db << "SELECT i, d, t, b, day, moment, flag FROM typed WHERE id = 1", soci::into(row);
    expect("i", row.get<long long>(0), i);
    expect("d", row.get<double>(1), d);
    expect("t", row.get<std::string>(2), t);
    expect("b", row.get<std::string>(3), "0001FF");
    expect("day", parts(row.get<std::tm>(4)), parts(day));
    expect("moment", parts(row.get<std::tm>(5)), parts(when));
    expect("flag", row.get<std::string>(6), "1");
}

void write_nulls(soci::session& db) {
    soci::indicator null = soci::i_null;
    const long long i = 0;
    const double d = 0;
    const std::string t;
    const std::tm when{};
    db << "INSERT INTO typed VALUES (2, :i, :d, :t, NULL, :day, :moment, :flag)",
        soci::use(i, null), soci::use(d, null), soci::use(t, null), soci::use(when, null),
        soci::use(when, null), soci::use(i, null);
    soci::row row;
    db << "SELECT i, d, t, b, day, moment, flag FROM typed WHERE id = 2", soci::into(row);
    for (std::size_t at = 0; at < row.size(); ++at) {
        expect("NULL", row.get_indicator(at), soci::i_null);
    }
}

void write_unicode(soci::session& db) {
    const std::string text = unicode;
    db << "INSERT INTO typed (id, t) VALUES (3, :t)", soci::use(text);
    std::string read;
    db << "SELECT t FROM typed WHERE id = 3", soci::into(read);
    expect("the text", read, text);
    int id = 0;
    db << "SELECT id FROM typed WHERE t = :t", soci::into(id), soci::use(text);
    expect("its row", id, 3);
}

void write_large(soci::session& db) {
    soci::long_string text;
    text.value.assign(1'000'000, 'x');
    std::string bytes;
    for (int at = 0; at < 300'000; ++at) bytes += "AB";
    db << "INSERT INTO large VALUES (1, :t, X'" << bytes << "')", soci::use(text);
    soci::long_string read_text;
    soci::long_string read_bytes;
    db << "SELECT t, b FROM large", soci::into(read_text), soci::into(read_bytes);
    expect("the long text", read_text.value == text.value, true);
    expect("the blob", read_bytes.value == bytes, true);
}

void be_transactional(soci::session& db) {
    {
        soci::transaction undone{db};
        db << "INSERT INTO typed (id) VALUES (5)";
        undone.rollback();
    }
    {
        soci::transaction done{db};
        db << "INSERT INTO typed (id) VALUES (6)";
        done.commit();
    }
    expect("the rows", integer(db, "SELECT sum(id) FROM typed WHERE id IN (5, 6)"), 6);
}

std::string state_of(soci::session& db, const std::string& sql) {
    try {
        db << sql;
    } catch (const soci::odbc_soci_error& error) {
        return reinterpret_cast<const char*>(error.odbc_error_code());
    }
    throw std::runtime_error(sql + " does not fail");
}

void meet_errors(soci::session& db) {
    expect("a duplicate", state_of(db, "INSERT INTO typed (id) VALUES (1)"), "23000");
    expect("bad syntax", state_of(db, "SELEC 1"), "42000");
    expect("the sum", integer(db, "SELECT 1 + 1"), 2);
}

// By vectors: arrays of parameters and blocks of rows.
void load(soci::session& db) {
    db << "CREATE TABLE bulk (n INTEGER, s VARCHAR(40))";
    std::vector<int> numbers(1000);
    std::iota(numbers.begin(), numbers.end(), 1);
    std::vector<std::string> texts;
    for (const int n : numbers) texts.push_back("row " + std::to_string(n));
    db << "INSERT INTO bulk VALUES (:n, :s)", soci::use(numbers), soci::use(texts);
    std::vector<int> read_numbers(300);
    std::vector<std::string> read_texts(300);
    soci::statement blocks = (db.prepare << "SELECT n, s FROM bulk ORDER BY n",
                              soci::into(read_numbers), soci::into(read_texts));
    blocks.execute();
    std::vector<int> all;
    while (blocks.fetch()) {
        for (std::size_t at = 0; at < read_numbers.size(); ++at) {
            all.push_back(read_numbers[at]);
            expect("a text", read_texts[at], texts[all.size() - 1]);
        }
        read_numbers.resize(300);
        read_texts.resize(300);
    }
    expect("the numbers", all, numbers);
}

void consume(const std::string& string) {
    soci::session db{soci::odbc, string};
    std::cout << "version SOCI " << SOCI_VERSION / 100'000 << '.' << SOCI_VERSION / 100 % 1'000
              << '.' << SOCI_VERSION % 100 << std::endl;
    expect("the sum", integer(db, "SELECT 1 + 1"), 2);
    ok("connect");
    make_tables(db);
    ok("ddl");
    write_types(db);
    ok("types");
    write_nulls(db);
    ok("nulls");
    write_unicode(db);
    ok("unicode");
    write_large(db);
    ok("large");
    be_transactional(db);
    ok("transactions");
    meet_errors(db);
    ok("errors");
    load(db);
    ok("bulk");
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 2) throw std::invalid_argument("usage: soci CONNECTION-STRING");
    consume(argv[1]);
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
