// Go's database/sql with alexbrainman/odbc.
package main

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/alexbrainman/odbc"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func expect(what string, is, should any) {
	if !reflect.DeepEqual(is, should) {
		must(fmt.Errorf("%s is %#v, not %#v", what, is, should))
	}
}

func ok(step string) { fmt.Println("ok", step) }

func stateOf(err error) string {
	var failure *odbc.Error
	if errors.As(err, &failure) && len(failure.Diag) > 0 {
		return failure.Diag[0].State
	}
	return fmt.Sprint(err)
}

func libraryVersion() string {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if strings.HasSuffix(dependency.Path, "/odbc") {
			return dependency.Version
		}
	}
	return "?"
}

func main() {
	db, err := sql.Open("odbc", os.Args[1])
	must(err)
	defer db.Close()
	fmt.Printf("version %s, alexbrainman/odbc %s\n", runtime.Version(), libraryVersion())
	var sum int
	must(db.QueryRow("SELECT 1 + 1").Scan(&sum))
	expect("the sum", sum, 2)
	ok("connect")

	run := func(statement string, values ...any) int64 {
		result, err := db.Exec(statement, values...)
		must(err)
		count, err := result.RowsAffected()
		must(err)
		return count
	}
	run("CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), b BLOB, " +
		"day DATE, moment TIMESTAMP, flag BOOLEAN)")
	run("CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)")
	run("CREATE TABLE gone (a)")
	run("DROP TABLE gone")
	ok("ddl")

	const insert = "INSERT INTO typed VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
	moment := time.Date(2024, 2, 29, 12, 34, 56, 0, time.Local)
	expect("rows inserted", run(insert, 1, int64(9007199254740993), 0.1, "it's ; ? fine",
		[]byte{0, 1, 255}, "2024-02-29", moment, true), int64(1))
	var id, i int64
	var d float64
	var t string
	var b []byte
	var day, at time.Time
	var flag bool
	must(db.QueryRow("SELECT id, i, d, t, b, day, moment, flag FROM typed WHERE id = ?", 1).
		Scan(&id, &i, &d, &t, &b, &day, &at, &flag))
	expect("row 1", []any{id, i, d, t, b, day.Format("2006-01-02"), at.Equal(moment), flag},
		[]any{int64(1), int64(9007199254740993), 0.1, "it's ; ? fine", []byte{0, 1, 255},
			"2024-02-29", true, true})
	ok("types")

	run(insert, 2, nil, nil, nil, nil, nil, nil, nil)
	nulls := make([]any, 7)
	into := make([]any, 7)
	for at := range nulls {
		into[at] = &nulls[at]
	}
	must(db.QueryRow("SELECT i, d, t, b, day, moment, flag FROM typed WHERE id = 2").Scan(into...))
	expect("row 2", nulls, make([]any, 7))
	ok("nulls")

	const text = "é漢\U0001f600\U0001d11e"
	run("INSERT INTO typed (id, t) VALUES (3, ?)", text)
	must(db.QueryRow("SELECT t FROM typed WHERE id = 3").Scan(&t))
	expect("the text", t, text)
	must(db.QueryRow("SELECT id FROM typed WHERE t = ?", text).Scan(&id))
	expect("its row", id, int64(3))
	ok("unicode")

	long, blob := strings.Repeat("x", 1000000), bytes.Repeat([]byte{0xab}, 300000)
	run("INSERT INTO large VALUES (1, ?, ?)", long, blob)
	must(db.QueryRow("SELECT t, b FROM large").Scan(&t, &b))
	expect("the long text is the same", t == long, true)
	expect("the blob is the same", bytes.Equal(b, blob), true)
	ok("large")

	transaction := func(statement string, end func(*sql.Tx) error) {
		tx, err := db.Begin()
		must(err)
		_, err = tx.Exec(statement)
		must(err)
		must(end(tx))
	}
	transaction("INSERT INTO typed (id) VALUES (5)", (*sql.Tx).Rollback)
	transaction("INSERT INTO typed (id) VALUES (6)", (*sql.Tx).Commit)
	must(db.QueryRow("SELECT group_concat(id) FROM typed WHERE id IN (5, 6)").Scan(&t))
	expect("the rows", t, "6")
	ok("transactions")

	_, err = db.Exec("INSERT INTO typed (id) VALUES (1)")
	expect("the state of a duplicate", stateOf(err), "23000")
	_, err = db.Exec("SELEC 1")
	expect("the state of bad syntax", stateOf(err), "42000")
	must(db.QueryRow("SELECT 1 + 1").Scan(&sum))
	ok("errors")

	run("CREATE TABLE bulk (n INTEGER, s VARCHAR(40))")
	tx, err := db.Begin()
	must(err)
	fill, err := tx.Prepare("INSERT INTO bulk VALUES (?, ?)")
	must(err)
	for n := 1; n <= 1000; n++ {
		_, err = fill.Exec(n, fmt.Sprint("row ", n))
		must(err)
	}
	must(fill.Close())
	must(tx.Commit())
	must(db.QueryRow("SELECT sum(n) FROM bulk").Scan(&i))
	expect("the sum", i, int64(500500))
	ok("bulk")
}
