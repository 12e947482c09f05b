// .NET's System.Data.Odbc, as Mono has it.
using System;
using System.Data;
using System.Data.Odbc;
using System.Linq;
using System.Reflection;

static class Program {
    const string Unicode = "é漢\U0001F600\U0001D11E";
    static OdbcConnection db;

    static void Expect(string what, object value, object should) {
        if (!Equals(value, should)) throw new Exception($"{what} is {value}, not {should}");
    }

    static void Ok(string step) {
        Console.WriteLine("ok " + step);
    }

    static OdbcCommand Command(string sql, params object[] values) {
        var command = new OdbcCommand(sql, db);
        foreach (var value in values) command.Parameters.AddWithValue("", value);
        return command;
    }

    static int Run(string sql, params object[] values) {
        using (var command = Command(sql, values)) return command.ExecuteNonQuery();
    }

    static object Value(string sql, params object[] values) {
        using (var command = Command(sql, values)) return command.ExecuteScalar();
    }

    static object[] Row(string sql) {
        using (var command = Command(sql)) using (var reader = command.ExecuteReader()) {
            if (!reader.Read()) throw new Exception(sql + ": no row");
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            return values;
        }
    }

    static string StateOf(string sql) {
        try {
            Run(sql);
        } catch (OdbcException error) {
            return error.Errors[0].SQLState;
        }
        throw new Exception(sql + " does not fail");
    }

    static void MakeTables() {
        Run("CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), "
            + "b BLOB, day DATE, moment TIMESTAMP, flag BOOLEAN)");
        Run("CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)");
        Run("CREATE TABLE gone (a)");
        Run("DROP TABLE gone");
    }

    static void WriteTypes() {
        var row = new object[] {1, 9007199254740993L, 0.1, "it's ; ? fine", new byte[] {0, 1, 255},
                                new DateTime(2024, 2, 29), new DateTime(2024, 2, 29, 12, 34, 56),
                                true};
        using (var insert = Command("INSERT INTO typed VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)) {
            insert.Parameters[5].OdbcType = OdbcType.Date;
            Expect("rows inserted", insert.ExecuteNonQuery(), 1);
        }
        var read = Row("SELECT * FROM typed WHERE id = 1");
        Expect("the id", Convert.ToInt32(read[0]), row[0]);
        foreach (var at in new[] {1, 2, 3, 5, 6, 7}) Expect($"column {at}", read[at], row[at]);
        Expect("the bytes", ((byte[])read[4]).SequenceEqual((byte[])row[4]), true);
    }

    static void WriteNulls() {
        using (var insert = Command("INSERT INTO typed VALUES (2, ?, ?, ?, ?, ?, ?, ?)")) {
            foreach (var type in new[] {OdbcType.BigInt, OdbcType.Double, OdbcType.NVarChar,
                                        OdbcType.VarBinary, OdbcType.Date, OdbcType.DateTime,
                                        OdbcType.Bit}) {
                insert.Parameters.Add("", type).Value = DBNull.Value;
            }
            insert.ExecuteNonQuery();
        }
        foreach (var value in Row("SELECT * FROM typed WHERE id = 2").Skip(1)) {
            Expect("row 2", value, DBNull.Value);
        }
    }

    static void WriteUnicode() {
        Run("INSERT INTO typed (id, t) VALUES (3, ?)", Unicode);
        Expect("the text", Value("SELECT t FROM typed WHERE id = 3"), Unicode);
        Expect("its row", Convert.ToInt32(Value("SELECT id FROM typed WHERE t = ?", Unicode)), 3);
    }

    static void WriteLarge() {
        var text = new string('x', 1000000);
        var bytes = Enumerable.Repeat((byte)0xAB, 300000).ToArray();
        Run("INSERT INTO large VALUES (1, ?, ?)", text, bytes);
        var read = Row("SELECT t, b FROM large");
        Expect("the long text is the same", (string)read[0] == text, true);
        Expect("the blob is the same", ((byte[])read[1]).SequenceEqual(bytes), true);
    }

    static void InTransaction(int id, Action<OdbcTransaction> end) {
        using (var transaction = db.BeginTransaction())
        using (var insert = new OdbcCommand($"INSERT INTO typed (id) VALUES ({id})", db, transaction)) {
            insert.ExecuteNonQuery();
            end(transaction);
        }
    }

    static void BeTransactional() {
        InTransaction(5, transaction => transaction.Rollback());
        InTransaction(6, transaction => transaction.Commit());
        Expect("the rows", Convert.ToInt32(
            Value("SELECT sum(id) FROM typed WHERE id IN (5, 6)")), 6);
    }

    static void MeetErrors() {
        Expect("a duplicate", StateOf("INSERT INTO typed (id) VALUES (1)"), "23000");
        Expect("bad syntax", StateOf("SELEC 1"), "42000");
        Expect("the sum", Convert.ToInt32(Value("SELECT 1 + 1")), 2);
    }

    // What a data adapter needs to write back what was changed in memory: its command builder asks
    // the driver for the key and makes INSERT, UPDATE and DELETE.
    static void WriteBack(string sql, Action<DataTable> change) {
        using (var transaction = db.BeginTransaction())
        using (var select = new OdbcCommand(sql, db, transaction))
        using (var adapter = new OdbcDataAdapter(select))
        using (var builder = new OdbcCommandBuilder(adapter)) {
            var table = new DataTable();
            adapter.Fill(table);
            change(table);
            adapter.Update(table);
            transaction.Commit();
        }
    }

    static void Load() {
        Run("CREATE TABLE bulk (n INTEGER, s VARCHAR(40))");
        using (var transaction = db.BeginTransaction())
        using (var insert = Command("INSERT INTO bulk VALUES (?, ?)", 0, "")) {
            insert.Transaction = transaction;
            insert.Prepare();
            for (int n = 1; n <= 1000; ++n) {
                insert.Parameters[0].Value = n;
                insert.Parameters[1].Value = $"row {n}";
                insert.ExecuteNonQuery();
            }
            transaction.Commit();
        }
        Expect("the sum", Convert.ToInt32(Value("SELECT sum(n) FROM bulk")), 500500);
    }

    static void Edit() {
        Run("CREATE TABLE edited (id INTEGER PRIMARY KEY, name VARCHAR(40), born DATE)");
        Run("INSERT INTO edited VALUES (1, 'one', '2001-01-01'), (2, 'two', NULL), "
            + "(3, 'three', '2003-03-03')");
        WriteBack("SELECT id, name, born FROM edited ORDER BY id", table => {
            table.Rows[0]["name"] = Unicode;
            table.Rows[0]["born"] = new DateTime(1999, 12, 31);
            table.Rows[1].Delete();
            table.Rows.Add(4, "four", DBNull.Value);
        });
        Expect("the ids", Value("SELECT group_concat(id) FROM edited"), "1,3,4");
    }

    static string Version() {
        var name = Type.GetType("Mono.Runtime").GetMethod(
            "GetDisplayName", BindingFlags.NonPublic | BindingFlags.Static);
        return ((string)name.Invoke(null, null)).Split(' ')[0];
    }

    static void Main(string[] arguments) {
        using (db = new OdbcConnection(arguments[0])) {
            db.Open();
            Console.WriteLine("version Mono " + Version());
            Expect("the sum", Convert.ToInt32(Value("SELECT 1 + 1")), 2);
            Ok("connect");
            MakeTables();
            Ok("ddl");
            WriteTypes();
            Ok("types");
            WriteNulls();
            Ok("nulls");
            WriteUnicode();
            Ok("unicode");
            WriteLarge();
            Ok("large");
            BeTransactional();
            Ok("transactions");
            MeetErrors();
            Ok("errors");
            Load();
            Ok("bulk");
            Edit();
            Ok("edit");
        }
    }
}
