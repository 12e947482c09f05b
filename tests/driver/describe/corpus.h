// Queries whose rows must not change by the projection, and the schema they read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dqlite::odbc::testing {

/// A statement and the values of its parameters.
struct Query {
    std::string sql;
    std::vector<std::int64_t> parameters{};
};

/// Columns of every kind, holding what their declarations do not say.
inline constexpr std::string_view corpus_schema =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, name VARCHAR(20) COLLATE NOCASE, flag BOOLEAN,"
    " day DATE, moment DATETIME, stamp TIMESTAMP, price DECIMAL(10,2), data BLOB);"
    "INSERT INTO t VALUES(1,'one',1,'2020-01-01','2020-01-01 10:00:00',12345,1.5,x'00ff'),"
    "(2,'Two',NULL,NULL,NULL,NULL,NULL,NULL),(3,'three','abc',1.5,x'01',2.5,'x',7),"
    "(4,NULL,0,0,'','x',10,'text'),(5,'TWO',2.25,x'02','later',NULL,-1,NULL);"
    "CREATE TABLE w(a TEXT, b INT, c BOOLEAN, PRIMARY KEY(a,b)) WITHOUT ROWID;"
    "INSERT INTO w VALUES('x',1,NULL),('x',2,'maybe'),('y',1,1);"
    "CREATE TABLE s(a INTEGER, b TEXT, c ANY) STRICT;"
    "INSERT INTO s VALUES(1,'b',NULL),(2,NULL,x'00'),(3,'c',2.5);"
    "CREATE TABLE g(a INT, b INT AS (a*2) VIRTUAL, c BOOLEAN AS (a>1) STORED);"
    "INSERT INTO g(a) VALUES(1),(2),(NULL);"
    "CREATE VIEW v AS SELECT id, flag, name AS label, price*2 AS twice FROM t;"
    "CREATE VIEW nested AS SELECT label, flag FROM v WHERE id > 1;"
    "CREATE TABLE \"odd \"\"name\"(\"a b\" INT, \"select\" BOOLEAN);"
    "INSERT INTO \"odd \"\"name\" VALUES(1,NULL);"
    "CREATE TABLE dqlite_r(x BOOLEAN); INSERT INTO dqlite_r VALUES(NULL),(1);";

inline const std::vector<Query>& corpus() {
    static const std::vector<Query> queries{
        {"SELECT * FROM t"},
        {"SELECT * FROM t ORDER BY name DESC, id"},
        {"SELECT id, flag, day, moment, stamp FROM t ORDER BY 1 DESC LIMIT 3"},
        {"SELECT id, name FROM t WHERE id > ? ORDER BY id LIMIT ? OFFSET ?", {1, 2, 1}},
        {"SELECT id, ?1, ?1 + 1, ?2 FROM t WHERE id <> ?1 ORDER BY id", {2, 9}},
        {"SELECT :a, @b, $c, :a FROM t WHERE id = :a", {1, 2, 3}},
        {"SELECT name FROM t WHERE id IN (?,?,?) ORDER BY name", {1, 3, 4}},
        {"SELECT id AS a, id AS a, flag AS a FROM t"},
        {"SELECT id, id, id FROM t"},
        {"SELECT DISTINCT flag FROM t ORDER BY flag"},
        {"SELECT DISTINCT lower(name), flag IS NULL FROM t ORDER BY 1"},
        {"SELECT flag FROM t UNION SELECT day FROM t ORDER BY 1"},
        {"SELECT flag FROM t UNION ALL SELECT 'x' UNION ALL SELECT c FROM w"},
        {"SELECT flag FROM t EXCEPT SELECT 1"},
        {"SELECT flag FROM t INTERSECT SELECT c FROM w"},
        {"SELECT 1 UNION ALL SELECT flag FROM t"},
        {"VALUES (1,'a'),(2,'b')"},
        {"SELECT * FROM (VALUES (1,'a'),(2,NULL)) ORDER BY 1 DESC"},
        {"SELECT count(*), min(flag), max(day), sum(price) FROM t"},
        {"SELECT flag, count(*) FROM t GROUP BY flag HAVING count(*) > 0 ORDER BY 2, 1"},
        {"SELECT id, max(price) FROM t"},
        {"SELECT id, count(*) FROM t WHERE id < 0"},
        {"SELECT id, row_number() OVER (ORDER BY name, id), lag(flag) OVER (ORDER BY id) FROM t"},
        {"SELECT id, sum(price) OVER win FROM t WINDOW win AS (PARTITION BY flag ORDER BY id)"},
        {"SELECT * FROM v"},
        {"SELECT twice, flag FROM v ORDER BY twice"},
        {"SELECT * FROM nested ORDER BY label"},
        {"WITH r AS (SELECT id, flag FROM t) SELECT * FROM r ORDER BY id DESC"},
        {"WITH dqlite_r1(x) AS (SELECT flag FROM t) SELECT x FROM dqlite_r1"},
        {"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < ?)"
         " SELECT i, (SELECT flag FROM t WHERE id = i) FROM n",
         {6}},
        {"SELECT a.id, b.flag, b.name FROM t a LEFT JOIN t b ON b.id = a.id + 2 ORDER BY a.id"},
        {"SELECT * FROM t NATURAL JOIN (SELECT id FROM t WHERE id > 2)"},
        {"SELECT * FROM t JOIN w ON w.b = t.id, s ORDER BY t.id, w.a, s.a LIMIT 5"},
        {"SELECT * FROM (SELECT flag, id FROM t ORDER BY id DESC LIMIT 2)"},
        {"SELECT (SELECT flag FROM t WHERE id = 2), (SELECT flag FROM t WHERE id = 99)"},
        {"SELECT CASE WHEN flag IS NULL THEN day ELSE flag END FROM t ORDER BY id"},
        {"SELECT a, b, c FROM w ORDER BY a DESC, b"},
        {"SELECT * FROM s ORDER BY a DESC"},
        {"SELECT *, b + 1 FROM g"},
        {"SELECT rowid, oid, * FROM s"},
        {"SELECT \"a b\", \"select\" FROM \"odd \"\"name\""},
        {"SELECT x FROM dqlite_r"},
        {"SELECT DQLITE_R.x, 'dqlite_r2' FROM dqlite_r"},
        {"SELECT name COLLATE BINARY FROM t ORDER BY name COLLATE BINARY"},
        {"SELECT name FROM t GROUP BY name ORDER BY name"},
        {"SELECT name = 'two', name FROM t ORDER BY id"},
        {"SELECT id FROM t ORDER BY flag, price DESC NULLS LAST"},
        {"SELECT value, key FROM json_each('[1,null,\"a\"]')"},
        {"SELECT name, type FROM pragma_table_info('t')"},
        {"SELECT type, name FROM sqlite_schema WHERE name = 'w'"},
        {"SELECT (flag), ((day)) FROM t"},
        {"SELECT flag FROM t -- the end"},
        {"SELECT flag FROM t /* not closed"},
        {"/* first */ SELECT flag FROM t /* ; */ ;  -- more\n"},
        {"SELECT ')' , flag, '--' FROM t"},
        {"SELECT quote(flag), typeof(day), hex(moment) FROM t"},
        {"SELECT \"no such column\", flag FROM t"},
        {"SELECT count(*) FILTER (WHERE flag), group_concat(name, ';') FROM t"},
        {"SELECT EXISTS(SELECT 1 FROM t WHERE flag IS NULL), flag FROM t LIMIT 1"},
    };
    return queries;
}

}  // namespace dqlite::odbc::testing
