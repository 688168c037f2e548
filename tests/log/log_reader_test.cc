// One log file read: torn tails, rot, seals, hostile bytes, and a tail that is still being written.
#include "src/log/log_reader.h"

#include <gtest/gtest.h>

#include "src/base/bytes.h"
#include "src/base/crc32c.h"
#include "src/io/file_names.h"
#include "tests/log/log_testing.h"
#include "tests/testing/corruption.h"
#include "tests/testing/faulty_file_system.h"

namespace ashlar::log {
namespace {

const std::string kName = io::LogName(1);

// A log of groups of one record each, one sync behind each but the last.
class LogReaderTest : public testing::Test {
 protected:
  explicit LogReaderTest(const std::vector<size_t>& sizes = {40, 600, 0, 1500, 7})
      : records_(MakeRecords(1, sizes)) {
    writer_ = *LogWriter::Create(*files_, 1, {.file_bytes = 16384});
    for (size_t i = 0; i < records_.size(); ++i) {
      ends_.push_back(writer_->written_bytes());
      EXPECT_TRUE(writer_->AppendGroup(Views({records_[i]})).ok());
      if (i + 1 == records_.size()) break;
      EXPECT_TRUE(writer_->Sync().ok());
    }
    ends_.push_back(writer_->written_bytes());
    bytes_ = testkit::ReadFile(*files_, kName);
  }
  absl::StatusOr<ReadLog> Read(const std::string& bytes, const LogReaderOptions& options = {}) {
    testkit::WriteFile(*files_, kName, bytes);
    return ReadOneLog(*files_, 1, options);
  }
  PlainRecords First(size_t count) const {
    return PlainRecords(records_.begin(), records_.begin() + count);
  }

  std::unique_ptr<io::MemoryFileSystem> files_ = MakeFiles();
  PlainRecords records_;
  std::unique_ptr<LogWriter> writer_;
  std::vector<uint64_t> ends_;  // ends_[i]: behind the first i groups
  std::string bytes_;
};

TEST_F(LogReaderTest, EveryFlippedByteIsRefusedOrDropsTheLastGroup) {
  const uint64_t last = ends_[ends_.size() - 2];
  size_t dropped = 0;
  for (size_t at = 0; at < bytes_.size(); ++at) {
    for (const uint8_t mask : {0x01, 0x80, 0xff}) {
      std::string damaged = bytes_;
      damaged[at] = static_cast<char>(damaged[at] ^ mask);
      const auto log = Read(damaged);
      if (at >= ends_.back()) {  // behind the end
        ASSERT_TRUE(log.ok()) << at << log.status();
        EXPECT_EQ(log->records, records_);
      } else if (at >= last) {
        ASSERT_TRUE(log.ok()) << at << log.status();
        EXPECT_EQ(log->records, First(records_.size() - 1)) << at;
        EXPECT_EQ(log->valid_bytes, last);
        ++dropped;
      } else {
        const std::string message(log.status().message());
        EXPECT_TRUE(absl::IsDataLoss(log.status()) || absl::IsUnimplemented(log.status())) << at;
        EXPECT_NE(message.find(kName), std::string::npos) << message;
        EXPECT_NE(message.find("offset"), std::string::npos) << message;
      }
      // The end known, nothing may vanish.
      const auto sealed = Read(damaged, {.sealed_bytes = ends_.back()});
      EXPECT_EQ(sealed.ok(), at >= ends_.back()) << at;
    }
  }
  EXPECT_EQ(dropped, 3 * (ends_.back() - last));
}

TEST_F(LogReaderTest, EveryLength) {
  for (size_t size = 0; size <= bytes_.size(); size += size % 97 == 0 ? 1 : 31) {
    const auto log = Read(bytes_.substr(0, size));
    ASSERT_TRUE(log.ok()) << size << log.status();
    size_t whole = 0;
    while (whole + 1 < ends_.size() && ends_[whole + 1] <= size) ++whole;
    EXPECT_EQ(log->records, First(whole)) << size;
    EXPECT_EQ(log->valid_bytes, size < 512 ? 0 : ends_[whole]);
  }
}

TEST_F(LogReaderTest, WholeSectorsAndPagesLost) {
  for (const size_t unit : {512u, 4096u}) {
    for (size_t at = 0; at < ends_.back(); at += unit) {
      for (const char fill : {'\0', '\xff', 'A'}) {
        std::string damaged = bytes_;
        damaged.replace(at, unit, unit, fill);
        const auto log = Read(damaged);
        // Groups that go together with the one that promises them cannot be missed.
        const bool promise_lost = at + unit > ends_[ends_.size() - 2];
        EXPECT_EQ(log.ok(), promise_lost) << at;
        size_t before = 0;
        while (ends_[before + 1] <= at) ++before;
        EXPECT_TRUE(!log.ok() || log->records == First(before)) << at;
      }
    }
  }
}

TEST_F(LogReaderTest, BlocksOfOtherPlacesAreNotTaken) {
  std::string damaged = bytes_;
  // The first group once more where the third one stood.
  damaged.replace(ends_[2], 512, bytes_, 512, 512);
  EXPECT_TRUE(absl::IsDataLoss(Read(damaged).status()));
  // And behind the end, where it promises nothing.
  damaged = bytes_;
  damaged.replace(ends_.back(), 512, bytes_, 512, 512);
  EXPECT_EQ(Read(damaged)->records, records_);
}

// Values may hold anything, a copy of the log's own groups too.
TEST_F(LogReaderTest, GroupsThatStandElsewherePromiseNothing) {
  std::string torn = bytes_;
  torn[ends_[3] + 100] ^= 1;
  ASSERT_TRUE(absl::IsDataLoss(Read(torn).status()));  // promised by the last group
  torn.replace(ends_[4], 512, 512, '\0');
  ASSERT_EQ(Read(torn)->records, First(3));
  torn.replace(ends_[4] + 1024, 512, bytes_, ends_[4], 512);
  const auto log = Read(torn);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->records, First(3));
}

// A log of the same number whose groups stand in the same places, as after a restored backup.
TEST_F(LogReaderTest, GroupsOfAnotherHistoryDoNotFollow) {
  const auto files = MakeFiles();
  const auto writer = *LogWriter::Create(*files, 1, {.file_bytes = 16384});
  for (size_t i = 0; i < records_.size(); ++i) {
    PlainRecord other = records_[i];
    for (char& c : other.body) c = 'o';
    ASSERT_TRUE(writer->AppendGroup(Views({other})).ok());
    if (i + 1 == records_.size()) break;
    ASSERT_TRUE(writer->Sync().ok());
  }
  const std::string theirs = testkit::ReadFile(*files, kName);
  for (size_t i = 0; i < records_.size(); ++i) {
    std::string mixed = bytes_;
    mixed.replace(ends_[i], ends_[i + 1] - ends_[i], theirs, ends_[i], ends_[i + 1] - ends_[i]);
    const auto log = Read(mixed);
    // What follows the first group is chained to its header: nothing but the first can be theirs,
    // and then ours do not follow.
    EXPECT_EQ(log.ok(), i + 1 == records_.size()) << i;
    EXPECT_TRUE(!log.ok() || log->records == First(i));
  }
}

TEST_F(LogReaderTest, SealedLogsAreExactlyAsLong) {
  for (size_t groups = 0; groups < ends_.size(); ++groups) {
    const auto log = Read(bytes_, {.sealed_bytes = ends_[groups]});
    ASSERT_TRUE(log.ok()) << log.status();
    EXPECT_EQ(log->records, First(groups));
  }
  EXPECT_TRUE(Read(bytes_, {.sealed_bytes = 0})->records.empty());
  for (const uint64_t bytes : {ends_[2] - 512, ends_.back() + 512, uint64_t{100}}) {
    EXPECT_TRUE(absl::IsDataLoss(Read(bytes_, {.sealed_bytes = bytes}).status())) << bytes;
  }
}

TEST_F(LogReaderTest, OtherVersionsAreRefusedByName) {
  std::string other = bytes_;
  const auto set = [&](const format::FixedField& field, uint32_t value) {
    auto* const header = reinterpret_cast<std::byte*>(other.data());
    base::StoreLittle<uint32_t>(header + field.offset, value);
    base::StoreLittle<uint32_t>(header + format::header::kCrc.offset,
                                base::Crc32c(base::AsBytes(other).first(508)));
  };
  set(format::header::kVersion, 2);
  EXPECT_TRUE(absl::IsUnimplemented(Read(other).status()));
  EXPECT_NE(Read(other).status().message().find("too new"), std::string::npos);
  set(format::header::kVersion, 0);
  EXPECT_NE(Read(other).status().message().find("too old"), std::string::npos);
  set(format::header::kVersion, 1);
  EXPECT_TRUE(Read(other).ok());
  set(format::header::kFlags, 4);
  EXPECT_TRUE(absl::IsUnimplemented(Read(other).status()));
}

// Checksums prove nothing against intent: what they cover is checked as well.
TEST_F(LogReaderTest, ForgedRecordsAreRefused) {
  const size_t record = 512 + format::group::kSize;
  const auto forge = [&](size_t offset, std::string_view value) {
    std::string forged = bytes_;
    forged.replace(offset, value.size(), value);
    const auto bytes = base::AsBytes(forged);
    auto* const group = reinterpret_cast<std::byte*>(forged.data()) + 512;
    const uint64_t size = base::LoadLittle<uint64_t>(group + format::group::kPayloadBytes.offset);
    base::StoreLittle<uint32_t>(group + format::group::kPayloadCrc.offset,
                                base::Crc32c(bytes.subspan(record, std::min<uint64_t>(size, 400))));
    const uint32_t crc =
        base::Crc32cExtend(base::Crc32c(bytes.subspan(512, 4)), bytes.subspan(512 + 8, 56));
    base::StoreLittle<uint32_t>(group + format::group::kHeaderCrc.offset, crc);
    return Read(forged.substr(0, 1024)).status();
  };
  EXPECT_TRUE(forge(record, "\x28").ok());  // as it was
  EXPECT_TRUE(absl::IsDataLoss(forge(record, "\x27")));
  EXPECT_TRUE(absl::IsDataLoss(forge(record, "\xff\xff\xff\xff")));
  EXPECT_TRUE(absl::IsDataLoss(forge(record + 4, std::string(1, '\0'))));
  EXPECT_TRUE(absl::IsDataLoss(forge(record + 5, "x")));
  EXPECT_TRUE(absl::IsDataLoss(forge(record + 8, "\x02")));
  EXPECT_TRUE(absl::IsDataLoss(forge(512 + format::group::kRecords.offset, "\x02")));
  // Sizes that the file does not have: no group, and no memory for it.
  const auto payload = 512 + format::group::kPayloadBytes.offset;
  EXPECT_TRUE(forge(payload, std::string_view("\0\0\0\x40", 4)).ok());
  EXPECT_TRUE(forge(payload, "\xff\xff\xff\xff\xff\xff\xff\xff").ok());
}

TEST_F(LogReaderTest, LiveTailGoesOn) {
  auto reader = *LogReader::Open(*files_, 1, {.tail = LogTail::kLive});
  PlainRecords seen;
  ASSERT_TRUE(ReadAll(*reader, &seen).ok());
  EXPECT_EQ(seen, records_);
  for (uint64_t i = 0; i < 30; ++i) {
    ASSERT_TRUE(reader->Resume().ok());
    ASSERT_TRUE(ReadAll(*reader, &seen).ok());
    EXPECT_EQ(seen, records_);
    // Beyond what the file had in the end.
    records_.push_back(MakeRecord(records_.size() + 1, 700 * (i % 5)));
    ASSERT_TRUE(writer_->AppendGroup(Views({records_.back()})).ok());
    LogEntry entry;
    EXPECT_FALSE(*reader->Next(&entry));  // not before it looks again
  }
  ASSERT_TRUE(reader->Resume(writer_->written_bytes()).ok());
  ASSERT_TRUE(ReadAll(*reader, &seen).ok());
  EXPECT_EQ(seen, records_);
  ASSERT_TRUE(files_->Unlink(kName).ok());
  EXPECT_TRUE(absl::IsNotFound(reader->Resume()));
}

// Whatever part of a group a reader sees before the rest is written, it waits.
TEST_F(LogReaderTest, HalfWrittenLiveGroupIsNoDamage) {
  const uint64_t begin = ends_[3], end = ends_[4];
  ASSERT_GT(end - begin, 1024u);
  for (uint64_t cut = begin; cut <= end; cut += 512) {
    for (const bool head : {true, false}) {
      std::string partial = bytes_.substr(0, begin) + std::string(bytes_.size() - begin, '\0');
      if (head) partial.replace(begin, cut - begin, bytes_, begin, cut - begin);
      if (!head) partial.replace(cut, end - cut, bytes_, cut, end - cut);
      testkit::WriteFile(*files_, kName, partial);
      auto reader = *LogReader::Open(*files_, 1, {.tail = LogTail::kLive});
      PlainRecords seen;
      ASSERT_TRUE(ReadAll(*reader, &seen).ok());
      const bool whole = cut == (head ? end : begin);
      EXPECT_EQ(seen, First(whole ? 4 : 3));
      testkit::WriteFile(*files_, kName, bytes_);
      ASSERT_TRUE(reader->Resume().ok());
      ASSERT_TRUE(ReadAll(*reader, &seen).ok());
      EXPECT_EQ(seen, records_);
    }
  }
}

// A reader that saw an unfinished group and, further on, one that was written after it.
class ChangingFile : public io::ReadableFile {
 public:
  ChangingFile(std::string first, std::string later)
      : first_(std::move(first)), later_(std::move(later)) {}
  uint64_t size() const override { return first_.size(); }
  absl::StatusOr<PinnedBytes> Map() override { return absl::InternalError("not mapped"); }
  absl::Status Populate(uint64_t, uint64_t) override { return absl::InternalError("not mapped"); }
  absl::Status Read(uint64_t offset, std::span<std::byte> out) override {
    const std::string& now = reads_++ == 0 ? first_ : later_;
    std::copy_n(base::AsBytes(now).begin() + offset, out.size(), out.begin());
    return absl::OkStatus();
  }

 private:
  const std::string first_, later_;
  int reads_ = 0;
};

class ChangingFiles : public testkit::FaultyFileSystem {
 public:
  explicit ChangingFiles(std::shared_ptr<io::ReadableFile> file)
      : FaultyFileSystem(MakeFiles(), std::make_shared<testkit::FaultInjector>()),
        file_(std::move(file)) {}
  absl::StatusOr<std::shared_ptr<io::ReadableFile>> OpenForRead(std::string_view) override {
    return file_;
  }

 private:
  const std::shared_ptr<io::ReadableFile> file_;
};

TEST_F(LogReaderTest, PromiseBehindAnUnfinishedLiveGroupIsLookedAtAgain) {
  std::string torn = bytes_;
  torn.replace(ends_[3] + 512, 512, 512, '\0');
  ASSERT_TRUE(absl::IsDataLoss(Read(torn).status()));
  ChangingFiles files(std::make_shared<ChangingFile>(torn, bytes_));
  const auto log = ReadOneLog(files, 1, {.tail = LogTail::kLive});
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->records, records_);
  ChangingFiles rotten(std::make_shared<ChangingFile>(torn, torn));
  EXPECT_TRUE(absl::IsDataLoss(ReadOneLog(rotten, 1, {.tail = LogTail::kLive}).status()));
}

TEST_F(LogReaderTest, RecycledUnderALiveReaderIsNotFound) {
  auto reader = *LogReader::Open(*files_, 1, {.tail = LogTail::kLive});
  LogEntry entry;
  ASSERT_TRUE(*reader->Next(&entry));
  const auto next = *LogWriter::Recycle(*files_, 1, 2, {.file_bytes = 16384});
  ASSERT_TRUE(next->AppendGroup(Views({MakeRecord(90, 5)})).ok());
  // What was read ahead is still good; then the name is gone.
  PlainRecords rest;
  ASSERT_TRUE(ReadAll(*reader, &rest).ok());
  EXPECT_EQ(rest.size(), records_.size() - 1);
  EXPECT_TRUE(absl::IsNotFound(reader->Resume()));
  // Read afresh, sealed or not, the other log's groups are never taken.
  const std::string bytes = testkit::ReadFile(*files_, io::LogName(2));
  EXPECT_TRUE(absl::IsNotFound(Read(bytes, {.tail = LogTail::kLive}).status()));
  EXPECT_TRUE(absl::IsNotFound(
      Read(bytes, {.tail = LogTail::kLive, .sealed_bytes = ends_.back()}).status()));
  EXPECT_TRUE(absl::IsDataLoss(Read(bytes, {.sealed_bytes = ends_.back()}).status()));
}

TEST_F(LogReaderTest, ReadErrorsAreErrors) {
  auto faults = std::make_shared<testkit::FaultInjector>();
  testkit::FaultyFileSystem faulty(files_->NewHandle(), faults);
  size_t hits = 0;
  for (uint64_t nth = 1;; ++nth) {
    faults->Arm({.calls = testkit::kReadingCalls, .nth = nth});
    const auto log = ReadOneLog(faulty, 1);
    if (faults->hits() == 0) break;
    EXPECT_FALSE(log.ok());
    ++hits;
  }
  EXPECT_GE(hits, 2u);
}

}  // namespace
}  // namespace ashlar::log
