// The same work by go-dqlite through database/sql; see tests/bench/README.md for what a peer is
// asked.
package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/canonical/go-dqlite/v3/client"
	"github.com/canonical/go-dqlite/v3/driver"
)

const (
	text     = "twenty bytes of text"
	warmUp   = 50
	connects = 100
	insert   = "INSERT INTO inserts VALUES (?, ?)"
)

var (
	background   = context.Background()
	clients      = flag.Int("clients", 1, "how many work side by side")
	rows         = flag.Int("rows", 200_000, "rows of the table that is fetched")
	milliseconds = flag.Int("milliseconds", 250, "how long they work")
	count        = flag.Int("count", -1, "only do the work so often")
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// connect returns a connection of its own: of a pool that is used by nobody else.
func connect(database string) *sql.Conn {
	pool, err := sql.Open("dqlite", database)
	must(err)
	connection, err := pool.Conn(background)
	must(err)
	return connection
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

// measured returns wall and CPU seconds.
func measured(work func()) (float64, float64) {
	start, before := time.Now(), cpuSeconds()
	work()
	return time.Since(start).Seconds(), cpuSeconds() - before
}

func printRate(name string, units int, wall, cpu float64, valuesAUnit int) {
	fmt.Printf("%s.rate %g\n%s.cpu %g\n", name, float64(units)/wall, name,
		cpu*1e9/float64(units*valuesAUnit))
}

func peakMegabytes() float64 {
	status, err := os.ReadFile("/proc/self/status")
	must(err)
	kilobytes := 0.0
	for _, line := range strings.Split(string(status), "\n") {
		if rest, found := strings.CutPrefix(line, "VmHWM:"); found {
			_, err := fmt.Sscan(rest, &kilobytes)
			must(err)
		}
	}
	return kilobytes / 1024
}

func fetch() {
	connection := connect("bench0")
	wall, cpu := measured(func() {
		result, err := connection.QueryContext(background, "SELECT i, r, t20, t100, b16 FROM many")
		must(err)
		var (
			integer     int64
			real        float64
			short, long string
			blob        []byte
			total       int
		)
		for ; result.Next(); total++ {
			must(result.Scan(&integer, &real, &short, &long, &blob))
		}
		must(result.Err())
		if total != *rows {
			log.Fatalf("%d rows fetched", total)
		}
	})
	printRate("block", *rows, wall, cpu, 5)
	fmt.Printf("peak %g\n", peakMegabytes())
}

// array inserts row by row in a transaction: database/sql has no arrays.
func array() {
	connection := connect("bench0")
	total := *rows / 20
	wall, cpu := measured(func() {
		transaction, err := connection.BeginTx(background, nil)
		must(err)
		statement, err := transaction.Prepare(insert)
		must(err)
		for i := 0; i < total; i++ {
			_, err := statement.Exec(i, text)
			must(err)
		}
		must(transaction.Commit())
	})
	printRate("array", total, wall, cpu, 1)
}

func selecting(client int) func() {
	statement, err := connect("bench0").PrepareContext(background, "SELECT v FROM points WHERE id = ?")
	must(err)
	number := client * 7
	return func() {
		number = number%(*rows/20) + 1
		var value string
		must(statement.QueryRow(number).Scan(&value))
	}
}

func inserting(client int) func() {
	transaction, err := connect(fmt.Sprintf("bench%d", client)).BeginTx(background, nil)
	must(err)
	statement, err := transaction.Prepare(insert)
	must(err)
	return func() {
		_, err := statement.Exec(1, text)
		must(err)
	}
}

func connecting(int) func() {
	return func() {
		pool, err := sql.Open("dqlite", "bench0")
		must(err)
		must(pool.Ping())
		must(pool.Close())
	}
}

var workers = map[string]func(client int) func(){
	"select": selecting, "insert": inserting, "connect": connecting,
}

// latency lets all clients work at once.
func latency(work string) {
	var ready, ended sync.WaitGroup
	var done atomic.Int64
	var stop atomic.Bool
	begin := make(chan struct{})
	for client := 0; client < *clients; client++ {
		ready.Add(1)
		ended.Add(1)
		go func() {
			defer ended.Done()
			once := workers[work](client)
			for i := 0; i < warmUp; i++ {
				once()
			}
			ready.Done()
			<-begin
			mine := int64(0)
			for ; !stop.Load(); mine++ {
				once()
			}
			done.Add(mine)
		}()
	}
	ready.Wait()
	wall, cpu := measured(func() {
		close(begin)
		time.Sleep(time.Duration(*milliseconds) * time.Millisecond)
		stop.Store(true)
		ended.Wait()
	})
	printRate(fmt.Sprintf("%s.%d", work, *clients), int(done.Load()), wall, cpu, 1)
}

func repeat(work string, count int) {
	once := workers[work](0)
	for i := 0; i < count; i++ {
		once()
	}
}

func main() {
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: peer [OPTIONS] fetch|select|insert|array|connect ADDRESS")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	work, address := flag.Arg(0), flag.Arg(1)
	store := client.NewInmemNodeStore()
	must(store.Set(background, []client.NodeInfo{{ID: 1, Address: address}}))
	dqlite, err := driver.New(store)
	must(err)
	sql.Register("dqlite", dqlite)

	switch {
	case workers[work] == nil:
		map[string]func(){"fetch": fetch, "array": array}[work]()
	case *count >= 0:
		repeat(work, *count)
	case work == "connect":
		wall, cpu := measured(func() { repeat(work, connects) })
		printRate(work, connects, wall, cpu, 1)
	default:
		latency(work)
	}
}
