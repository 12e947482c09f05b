#include "client/dump.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "client/safety.h"
#include "client/text.h"

namespace dqlite::client {
namespace {

constexpr std::size_t piece_size = 256 * std::size_t{1024};
// The main file and its log.
constexpr std::uint64_t most_files = 2;
constexpr std::size_t longest_name = 512;

Error file_error(const std::string& path, int error) {
    return {.kind = ErrorKind::limit,
            .message = fmt::format("{}: {}", path, std::generic_category().message(error))};
}

/// A file that is written under another name and is gone unless it is kept.
class PartFile {
  public:
    PartFile(std::string path, int descriptor)
        : path_{std::move(path)}, part_{path_ + part_suffix}, descriptor_{descriptor} {}
    ~PartFile() {
        ::close(descriptor_);
        ::unlink(part_.c_str());
        if (linked_ && !kept_) ::unlink(path_.c_str());
    }
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    [[nodiscard]] static Result<std::unique_ptr<PartFile>> create(const std::string& path) {
        const std::string part = path + part_suffix;
        const int descriptor = ::open(
            part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
        if (descriptor < 0) return fail(file_error(part, errno));
        return std::make_unique<PartFile>(path, descriptor);
    }

    [[nodiscard]] Result<void> write(wire::Bytes bytes) {
        size_ += bytes.size();
        while (!bytes.empty()) {
            const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) return fail(file_error(part_, errno));
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
        return {};
    }

    /// Takes its name, unless a file has it already.
    [[nodiscard]] Result<void> link() {
        if (::fsync(descriptor_) != 0) return fail(file_error(part_, errno));
        if (::link(part_.c_str(), path_.c_str()) != 0) return fail(file_error(path_, errno));
        linked_ = true;
        return {};
    }
    [[nodiscard]] DumpedFile keep() {
        kept_ = true;
        return {path_, size_};
    }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  private:
    static constexpr const char* part_suffix = ".part";

    std::string path_;
    std::string part_;
    int descriptor_;
    std::uint64_t size_ = 0;
    bool linked_ = false;
    bool kept_ = false;
};

/// The body of a FILES answer, read as it arrives.
class FilesReader {
  public:
    FilesReader(Connection& connection, std::uint64_t size)
        : connection_{connection}, left_{size} {}

    [[nodiscard]] Task<Result<wire::Bytes>> bytes(std::size_t at_least, std::uint64_t at_most) {
        if (at_least > left_) co_return fail(connection_.broken("FILES that end half way"));
        const auto most =
            static_cast<std::size_t>(std::min({at_most, left_, std::uint64_t{piece_size}}));
        auto receiving = connection_.receive_bytes(at_least, most);
        auto received = co_await receiving;
        if (received) left_ -= received->size();
        co_return received;
    }
    [[nodiscard]] Task<Result<std::uint64_t>> word() {
        auto reading = bytes(wire::word_size, wire::word_size);
        auto received = co_await reading;
        if (!received) co_return fail(std::move(received.error()));
        wire::Reader reader{*received};
        std::uint64_t word = 0;
        if (reader.u64(word) != wire::Errc::ok) {
            co_return fail(connection_.broken("FILES that end half way"));
        }
        co_return word;
    }
    [[nodiscard]] Task<Result<std::string>> text() {
        std::string text;
        while (text.size() < longest_name) {
            auto reading = bytes(wire::word_size, wire::word_size);
            auto received = co_await reading;
            if (!received) co_return fail(std::move(received.error()));
            text.append(reinterpret_cast<const char*>(received->data()), received->size());
            if (const auto end = text.find('\0'); end != std::string::npos) {
                text.resize(end);
                co_return text;
            }
        }
        co_return fail(connection_.broken("a file name without an end"));
    }
    [[nodiscard]] std::uint64_t left() const noexcept { return left_; }

  private:
    Connection& connection_;
    std::uint64_t left_;
};

using PartFiles = std::vector<std::unique_ptr<PartFile>>;

class Dump {
  public:
    Dump(Connection& connection, std::string database, std::string directory)
        : connection_{connection},
          database_{std::move(database)},
          directory_{std::move(directory)} {}

    [[nodiscard]] Task<Result<std::vector<DumpedFile>>> run() {
        if (auto queued = connection_.queue(wire::Dump{database_}); !queued) {
            co_return fail(std::move(queued.error()));
        }
        auto flushing = connection_.flush();
        if (auto flushed = co_await flushing; !flushed) co_return fail(std::move(flushed.error()));
        auto beginning = connection_.receive_header();
        const auto header = co_await beginning;
        if (!header) co_return fail(header.error());
        if (header->type != static_cast<std::uint8_t>(wire::ResponseType::files)) {
            auto refusing = refusal();
            co_return co_await refusing;
        }
        FilesReader reader{connection_, header->words * std::uint64_t{wire::word_size}};
        auto skipping = connection_.receive_bytes(wire::header_size, wire::header_size);
        if (auto skipped = co_await skipping; !skipped) co_return fail(skipped.error());
        auto writing = write_files(reader);
        if (auto written = co_await writing; !written) co_return fail(std::move(written.error()));
        co_return keep();
    }

  private:
    [[nodiscard]] Task<Result<std::vector<DumpedFile>>> refusal() {
        auto answering = connection_.answer<wire::Files>();
        auto answer = co_await answering;
        if (answer) co_return fail(connection_.broken("an answer that is not FILES"));
        co_return fail(std::move(answer.error()));
    }

    [[nodiscard]] Task<Result<void>> write_files(FilesReader& reader) {
        auto counting = reader.word();
        const auto count = co_await counting;
        if (!count) co_return fail(count.error());
        if (*count == 0 || *count > most_files) {
            co_return fail(connection_.broken("FILES other than a database and its log"));
        }
        for (std::uint64_t i = 0; i < *count; ++i) {
            auto writing = write_file(reader);
            if (auto written = co_await writing; !written) co_return written;
        }
        if (reader.left() != 0) co_return fail(connection_.broken("bytes behind the FILES"));
        co_return Result<void>{};
    }

    [[nodiscard]] Task<Result<void>> write_file(FilesReader& reader) {
        auto naming = reader.text();
        const auto name = co_await naming;
        if (!name) co_return fail(name.error());
        // A name is a server's word for a path of ours: only those that were asked for.
        if (*name != database_ && *name != database_ + "-wal") {
            co_return fail(connection_.broken("a file that was not asked for"));
        }
        auto measuring = reader.word();
        const auto size = co_await measuring;
        if (!size) co_return fail(size.error());
        if (*size > reader.left()) co_return fail(connection_.broken("FILES that end half way"));
        auto created = PartFile::create(directory_ + "/" + *name);
        if (!created) co_return fail(std::move(created.error()));
        PartFile& file = **created;
        files_.push_back(std::move(*created));
        while (file.size() < *size) {
            auto reading = reader.bytes(1, *size - file.size());
            const auto piece = co_await reading;
            if (!piece) co_return fail(piece.error());
            if (auto written = file.write(*piece); !written) {
                connection_.close();
                co_return written;
            }
        }
        co_return Result<void>{};
    }

    [[nodiscard]] Result<std::vector<DumpedFile>> keep() {
        // 1.11 answers for a database that it does not have with files of no length.
        if (files_.front()->size() == 0) {
            return fail({.kind = ErrorKind::invalid,
                         .message = fmt::format("the node has no database \"{}\", or an empty one",
                                                safe_text(database_)),
                         .address = connection_.address()});
        }
        for (const auto& file : files_) {
            if (auto linked = file->link(); !linked) return fail(std::move(linked.error()));
        }
        std::vector<DumpedFile> kept;
        for (const auto& file : files_) kept.push_back(file->keep());
        return kept;
    }

    Connection& connection_;
    std::string database_;
    std::string directory_;
    PartFiles files_;
};

}  // namespace

Task<Result<std::vector<DumpedFile>>> dump_database(Connection& connection, std::string database,
                                                    std::string directory) {
    if (auto refused = check_database_name(database)) co_return fail(std::move(*refused));
    if (database.find('/') != std::string::npos || database == "." || database == "..") {
        co_return fail({.kind = ErrorKind::invalid,
                        .message = "the name of the database is not one of a file"});
    }
    Dump dump{connection, std::move(database), std::move(directory)};
    auto running = dump.run();
    co_return co_await running;
}

}  // namespace dqlite::client
