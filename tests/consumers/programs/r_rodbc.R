# R with RODBC, which has no parameters of its own: values go in as SQL text or by sqlSave.
suppressPackageStartupMessages(library(RODBC))
expect <- function(what, is, should) {
    if (!identical(is, should)) {
        stop(what, " is ", paste(deparse(is), collapse = ""), ", not ", deparse(should))
    }
}
ok <- function(step) cat("ok ", step, "\n", sep = "")
run <- function(db, sql) {
    said <- sqlQuery(db, sql, errors = FALSE)
    if (identical(said, -1L)) stop(sql, ": ", paste(odbcGetErrMsg(db), collapse = "\n"))
    said
}
# As text, so that nothing is lost in R's numbers.
row <- function(db, sql) {
    said <- sqlQuery(db, sql, as.is = TRUE, stringsAsFactors = FALSE)
    unlist(lapply(said[1, ], as.character), use.names = FALSE)
}
state_of <- function(db, sql) {
    said <- sqlQuery(db, sql)
    substr(said[1], 1, 5)
}

arguments <- commandArgs(trailingOnly = TRUE)
db <- odbcDriverConnect(arguments[1], DBMSencoding = "UTF-8")
if (db < 0) stop("no connection")
cat("version R ", as.character(getRversion()), ", RODBC ",
    as.character(packageVersion("RODBC")), "\n", sep = "")
expect("the sum", row(db, "SELECT 1 + 1"), "2")
ok("connect")

run(db, "CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), b BLOB,
    day DATE, moment TIMESTAMP, flag BOOLEAN)")
run(db, "CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)")
run(db, "CREATE TABLE gone (a)")
run(db, "DROP TABLE gone")
ok("ddl")

run(db, "INSERT INTO typed VALUES (1, 9007199254740993, 0.1, 'it''s ; ? fine', X'0001FF',
    '2024-02-29', '2024-02-29 12:34:56', 1)")
expect("row 1", row(db, "SELECT id, i, d, t, hex(b), day, moment, flag FROM typed WHERE id = 1"),
       c("1", "9007199254740993", "0.1", "it's ; ? fine", "0001FF", "2024-02-29",
         "2024-02-29 12:34:56", "1"))
blob <- sqlQuery(db, "SELECT b FROM typed WHERE id = 1")$b[[1]]
expect("the blob", blob, as.raw(c(0, 1, 255)))
ok("types")

run(db, "INSERT INTO typed (id) VALUES (2)")
nulls <- row(db, "SELECT i, d, t, day, moment, flag FROM typed WHERE id = 2")
expect("row 2", is.na(nulls), rep(TRUE, 6))
ok("nulls")

text <- "\u00e9\u6f22\U0001f600\U0001d11e"
run(db, paste0("INSERT INTO typed (id, t) VALUES (3, '", text, "')"))
expect("the text", enc2utf8(row(db, "SELECT t FROM typed WHERE id = 3")), enc2utf8(text))
expect("its row", row(db, paste0("SELECT id FROM typed WHERE t = '", text, "'")), "3")
ok("unicode")

run(db, paste0("INSERT INTO large VALUES (1, replace(hex(zeroblob(500000)), '0', 'x'), X'",
               strrep("AB", 300000), "')"))
ok("large")

odbcSetAutoCommit(db, FALSE)
run(db, "INSERT INTO typed (id) VALUES (5)")
odbcEndTran(db, FALSE)
run(db, "INSERT INTO typed (id) VALUES (6)")
odbcEndTran(db, TRUE)
odbcSetAutoCommit(db, TRUE)
expect("the rows", row(db, "SELECT group_concat(id) FROM typed WHERE id IN (5, 6)"), "6")
ok("transactions")

expect("the state of a duplicate", state_of(db, "INSERT INTO typed (id) VALUES (1)"), "23000")
expect("the state of bad syntax", state_of(db, "SELEC 1"), "42000")
expect("the sum", row(db, "SELECT 1 + 1"), "2")
ok("errors")

expect("the tables", "typed" %in% sqlTables(db)$TABLE_NAME, TRUE)
expect("the columns", sqlColumns(db, "typed")$COLUMN_NAME,
       c("id", "i", "d", "t", "b", "day", "moment", "flag"))
expect("the key", sqlPrimaryKeys(db, "typed")$COLUMN_NAME, "id")
ok("metadata")

run(db, "CREATE TABLE bulk (n INTEGER, s VARCHAR(40))")
sqlSave(db, data.frame(n = 1:1000, s = paste("row", 1:1000)), "bulk", append = TRUE,
        rownames = FALSE)
expect("the sum", row(db, "SELECT sum(n) FROM bulk"), "500500")
ok("bulk")
close(db)
