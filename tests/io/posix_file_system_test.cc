// What only an operating system can do: links, FIFOs, permissions, other processes, direct I/O.
#include "src/io/posix_file_system.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>

#include "gtest/gtest.h"
#include "src/base/bytes.h"
#include "src/io/atomic_pointer.h"
#include "src/io/buffer_pool.h"
#include "tests/io/temporary_directory.h"
#include "tests/testing/in_child.h"
#include "tests/testing/resource_limit.h"

namespace ashlar::io {
namespace {

using testkit::InChild;

class PosixFileSystemTest : public testing::Test {
 protected:
  void Put(const std::string& name, const std::string& content) {
    std::ofstream(directory_.Path(name)) << content;
  }

  TemporaryDirectory directory_;
  std::unique_ptr<FileSystem> files_ = *OpenPosixFileSystem(directory_.path());
};

mode_t ModeOf(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

TEST_F(PosixFileSystemTest, RootMustBeADirectory) {
  Put("file", "x");
  const auto file = OpenPosixFileSystem(directory_.Path("file"), {.create = true});
  EXPECT_TRUE(absl::IsFailedPrecondition(file.status())) << file.status();
  EXPECT_NE(file.status().message().find("not a directory"), std::string::npos);
  EXPECT_TRUE(absl::IsNotFound(OpenPosixFileSystem(directory_.Path("none")).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(OpenPosixFileSystem("").status()));
}

TEST_F(PosixFileSystemTest, CreatesOneLevelAndOnlyWhenAsked) {
  const auto made = OpenPosixFileSystem(directory_.Path("new//"), {.create = true});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ((*made)->Describe(), directory_.Path("new"));
  EXPECT_EQ(ModeOf(directory_.Path("new")), 0700u);
  EXPECT_TRUE(OpenPosixFileSystem(directory_.Path("new"), {.create = true}).ok());
  const auto deep = OpenPosixFileSystem(directory_.Path("x/y"), {.create = true});
  EXPECT_TRUE(absl::IsNotFound(deep.status()));
}

TEST_F(PosixFileSystemTest, ModesAreTight) {
  ASSERT_TRUE(files_->Create("a", {}).ok());
  ASSERT_TRUE(files_->CreateDirectory("d").ok());
  EXPECT_EQ(ModeOf(directory_.Path("a")), 0600u);
  EXPECT_EQ(ModeOf(directory_.Path("d")), 0700u);
}

TEST_F(PosixFileSystemTest, SymbolicLinksAreRefusedEverywhere) {
  Put("target", "secret");
  ASSERT_TRUE(files_->CreateDirectory("real").ok());
  Put("real/a", "inner");
  std::filesystem::create_symlink(directory_.Path("target"), directory_.Path("link"));
  std::filesystem::create_symlink(directory_.Path("nowhere"), directory_.Path("dangling"));
  std::filesystem::create_symlink(directory_.Path("real"), directory_.Path("d"));
  EXPECT_TRUE(absl::IsFailedPrecondition(files_->OpenForRead("link").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(files_->OpenForAppend("link").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(files_->Lock("link").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(files_->OpenForRead("d/a").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(files_->Create("d/b", {}).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(files_->Unlink("d/a")));
  EXPECT_TRUE(absl::IsFailedPrecondition(files_->List("d").status()));
  EXPECT_TRUE(absl::IsAlreadyExists(files_->Create("dangling", {}).status()));
  EXPECT_FALSE(std::filesystem::exists(directory_.Path("nowhere")));
  EXPECT_FALSE(std::filesystem::exists(directory_.Path("real/b")));
}

TEST_F(PosixFileSystemTest, FifoIsRefusedWithoutHanging) {
  ASSERT_EQ(mkfifo(directory_.Path("fifo").c_str(), 0600), 0);
  EXPECT_TRUE(absl::IsFailedPrecondition(files_->OpenForRead("fifo").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(files_->OpenForAppend("fifo").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(files_->Lock("fifo").status()));
  const auto entries = files_->List("");
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ(entries->front().type, EntryType::kOther);
}

TEST_F(PosixFileSystemTest, PopulateNamesFileAndOffsetOfTheLoss) {
  Put("a", std::string(100000, 'x'));
  auto file = files_->OpenForRead("a");
  ASSERT_TRUE((*file)->Map().ok());
  ASSERT_EQ(truncate(directory_.Path("a").c_str(), 8192), 0);
  EXPECT_TRUE((*file)->Populate(0, 8192).ok());
  const absl::Status lost = (*file)->Populate(8000, 2000);
  EXPECT_TRUE(absl::IsDataLoss(lost)) << lost;
  EXPECT_NE(lost.message().find(directory_.Path("a")), std::string::npos);
  EXPECT_NE(lost.message().find("8000"), std::string::npos);
}

TEST_F(PosixFileSystemTest, WithoutMapsTheBytesAreACopy) {
  Put("a", std::string(100000, 'x'));
  auto copying = OpenPosixFileSystem(directory_.path(), {.map = false});
  auto file = (*copying)->OpenForRead("a");
  const PinnedBytes bytes = *(*file)->Map();
  ASSERT_EQ(truncate(directory_.Path("a").c_str(), 0), 0);
  EXPECT_TRUE((*file)->Populate(0, 100000).ok());
  EXPECT_EQ(bytes.view(), std::string(100000, 'x'));
}

// A store keeps many more files open than a process may have descriptors.
TEST_F(PosixFileSystemTest, NeitherMapsNorCopiesKeepADescriptor) {
  Put("a", std::string(100000, 'x'));
  const auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  for (const bool map : {true, false}) {
    auto files = OpenPosixFileSystem(directory_.path(), {.map = map});
    const auto before = descriptors();
    auto file = (*files)->OpenForRead("a");
    ASSERT_TRUE((*file)->Map().ok());
    EXPECT_EQ(descriptors(), before);
    std::string read(10, '\0');
    EXPECT_TRUE((*file)->Read(99990, std::as_writable_bytes(std::span(read))).ok());
    EXPECT_EQ(read, "xxxxxxxxxx");
    EXPECT_FALSE((*file)->Read(99991, std::as_writable_bytes(std::span(read))).ok());
  }
}

TEST_F(PosixFileSystemTest, LocksExcludeOtherProcesses) {
  Put("LOCK", "");
  Put("READERS", "");
  auto lock = files_->Lock("LOCK");
  auto byte = files_->LockByteShared("READERS", 17);
  ASSERT_TRUE(lock.ok() && byte.ok());
  EXPECT_EQ(InChild([&] {
              const bool refused = absl::IsUnavailable(files_->Lock("LOCK").status());
              const auto seen = files_->LockedBytes("READERS", 0, 100);
              return refused && seen.ok() && *seen == std::vector<uint64_t>{17} ? 0 : 1;
            }),
            0);
}

TEST_F(PosixFileSystemTest, LockOfAKilledProcessIsFree) {
  Put("LOCK", "");
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = files_->Lock("LOCK");
    const char held = lock.ok() ? 'y' : 'n';
    if (write(ready[1], &held, 1) != 1) _exit(1);
    while (true) pause();
  }
  char held = 0;
  ASSERT_EQ(read(ready[0], &held, 1), 1);
  EXPECT_EQ(held, 'y');
  EXPECT_TRUE(absl::IsUnavailable(files_->Lock("LOCK").status()));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(files_->Lock("LOCK").ok());
  close(ready[0]);
  close(ready[1]);
}

TEST_F(PosixFileSystemTest, DirectWritesOfAnySizeAreExact) {
  constexpr size_t kBuffer = 1 << 20;
  for (size_t size : {size_t{0}, size_t{1}, size_t{4095}, size_t{4096}, size_t{4097}, kBuffer - 1,
                      kBuffer, kBuffer + 1, 3 * kBuffer + 5000}) {
    auto file = files_->Create("direct", {.expected_size = size, .direct = true});
    ASSERT_TRUE(file.ok()) << file.status();
    std::string content(size, '\0');
    for (size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 31 + i / 4096);
    const std::string_view view = content;
    ASSERT_TRUE((*file)->Append(base::AsBytes(view.substr(0, size / 3))).ok());
    ASSERT_TRUE((*file)->Sync().ok());  // An unaligned tail that is grown later.
    EXPECT_EQ(std::filesystem::file_size(directory_.Path("direct")), size / 3);
    ASSERT_TRUE((*file)->Append(base::AsBytes(view.substr(size / 3))).ok());
    ASSERT_TRUE((*file)->Sync().ok());
    ASSERT_TRUE((*file)->Close().ok());
    EXPECT_TRUE(*ReadWholeFile(*files_, "direct", 1 << 24) == content) << size;
    ASSERT_TRUE(files_->Unlink("direct").ok());
  }
}

// Whether the file of this path is open without the page cache.
bool IsOpenDirectly(const std::string& path) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry.path(), gone) != path) continue;
    return (fcntl(std::stoi(entry.path().filename()), F_GETFL) & O_DIRECT) != 0;
  }
  return false;
}

// Aligned buffers go around the file's own, what is left of the last one through it.
TEST_F(PosixFileSystemTest, AlignedBuffersAreWrittenAsTheyLie) {
  constexpr size_t kBuffer = 64 << 10;
  const auto pool = BufferPool::Create(kBuffer, kDirectAlignment, 1);
  for (const size_t last : {size_t{0}, size_t{1}, size_t{4096}, size_t{5000}, kBuffer}) {
    auto file = files_->Create("direct", {.expected_size = 2 * kBuffer + last, .direct = true});
    ASSERT_TRUE(file.ok()) << file.status();
    const bool direct = IsOpenDirectly(directory_.Path("direct"));
    std::string content;
    for (const size_t size : {kBuffer, kBuffer, last}) {
      auto buffer = pool->Borrow();
      ASSERT_TRUE(buffer.ok());
      std::fill_n(buffer->data(), size, static_cast<std::byte>('a' + content.size() / kBuffer));
      content.append(reinterpret_cast<const char*>(buffer->data()), size);
      ASSERT_TRUE((*file)->Append({buffer->data(), size}).ok());
    }
    EXPECT_EQ((*file)->size(), content.size());
    EXPECT_EQ(IsOpenDirectly(directory_.Path("direct")), direct) << last;
    ASSERT_TRUE((*file)->Sync().ok());
    ASSERT_TRUE((*file)->Append(base::AsBytes("end")).ok());
    ASSERT_TRUE((*file)->Close().ok());
    EXPECT_TRUE(*ReadWholeFile(*files_, "direct", 1 << 24) == content + "end") << last;
    ASSERT_TRUE(files_->Unlink("direct").ok());
  }
}

// Memory file systems take direct writes or refuse them, by their version: callers never notice.
TEST(DirectWrites, FileSystemsWithoutDisksTakeThemToo) {
  if (access("/dev/shm", W_OK) != 0) GTEST_SKIP() << "there is no /dev/shm";
  std::string path = "/dev/shm/ashlarXXXXXX";
  ASSERT_NE(mkdtemp(path.data()), nullptr);
  {
    auto files = OpenPosixFileSystem(path, {});
    ASSERT_TRUE(files.ok()) << files.status();
    auto file = (*files)->Create("direct", {.expected_size = 10000, .direct = true});
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE((*file)->Append(base::AsBytes(std::string(10000, 'a'))).ok());
    ASSERT_TRUE((*file)->Sync().ok());
    ASSERT_TRUE((*file)->Close().ok());
    EXPECT_EQ(*ReadWholeFile(**files, "direct", 1 << 20), std::string(10000, 'a'));
  }
  std::filesystem::remove_all(path);
}

TEST_F(PosixFileSystemTest, DirectFileCanBeCutAndContinued) {
  auto file = files_->Create("direct", {.direct = true});
  ASSERT_TRUE((*file)->Append(base::AsBytes(std::string(10000, 'a'))).ok());
  ASSERT_TRUE((*file)->Sync().ok());
  ASSERT_TRUE((*file)->Truncate(9000).ok());  // In the tail that is kept in the buffer.
  ASSERT_TRUE((*file)->Append(base::AsBytes(std::string(3000, 'b'))).ok());
  ASSERT_TRUE((*file)->Sync().ok());
  ASSERT_TRUE((*file)->Truncate(100).ok());  // Before it.
  ASSERT_TRUE((*file)->Append(base::AsBytes("end")).ok());
  ASSERT_TRUE((*file)->Close().ok());
  EXPECT_EQ(*ReadWholeFile(*files_, "direct", 1 << 20), std::string(100, 'a') + "end");
}

TEST_F(PosixFileSystemTest, PreallocationIsGivenBack) {
  auto file = files_->Create("a", {.expected_size = 1 << 20});
  ASSERT_TRUE((*file)->Append(base::AsBytes("x")).ok());
  ASSERT_TRUE((*file)->Close().ok());
  struct stat info;
  ASSERT_EQ(stat(directory_.Path("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_size, 1);
  EXPECT_LT(info.st_blocks * 512, 1 << 20);
}

// Writing past the limit gives EFBIG, the nearest to a full disk that needs no disk.
TEST_F(PosixFileSystemTest, AppendWithoutSpaceIsTakenBackByTruncate) {
  const int result = InChild([&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {100000, 100000};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
    auto file = files_->Create("a", {});
    if (!(*file)->Append(base::AsBytes(std::string(90000, 'a'))).ok()) return 2;
    if (!(*file)->Sync().ok()) return 3;
    const std::string large(70000, 'b');
    if (!absl::IsResourceExhausted((*file)->Append(base::AsBytes(large)))) return 4;
    if (!absl::IsResourceExhausted((*file)->Append(base::AsBytes("c")))) return 5;
    if (!absl::IsResourceExhausted((*file)->Sync())) return 6;
    if (!(*file)->Truncate(90000).ok()) return 7;
    if (!(*file)->Append(base::AsBytes("end")).ok()) return 8;
    if (!(*file)->Sync().ok()) return 9;
    return (*file)->Close().ok() ? 0 : 10;
  });
  EXPECT_EQ(result, 0);
  EXPECT_EQ(*ReadWholeFile(*files_, "a", 1 << 20), std::string(90000, 'a') + "end");
}

// What an append only gathered finds no space when it is written, which is not a failed sync.
TEST_F(PosixFileSystemTest, FlushWithoutSpaceIsTakenBackByTruncate) {
  auto file = files_->Create("a", {});
  ASSERT_TRUE((*file)->Append(base::AsBytes("kept")).ok());
  {
    const testkit::FileSizeLimit full(10);
    ASSERT_TRUE((*file)->Append(base::AsBytes("not kept")).ok());
    EXPECT_TRUE(absl::IsResourceExhausted((*file)->Flush()));
    EXPECT_TRUE(absl::IsResourceExhausted((*file)->Flush()));
    EXPECT_TRUE((*file)->Truncate(4).ok());
    EXPECT_TRUE((*file)->Sync().ok());
  }
  ASSERT_TRUE((*file)->Append(base::AsBytes(" and more")).ok());
  ASSERT_TRUE((*file)->Flush().ok());
  EXPECT_EQ(*ReadWholeFile(*files_, "a", 100), "kept and more");
  ASSERT_TRUE((*file)->Close().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition((*file)->Flush()));
}

TEST_F(PosixFileSystemTest, BlockFileGrowsWhereItCannotAllocateAndOutlivesWantOfSpace) {
  const int result = InChild([&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {8192, 8192};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
    auto file = files_->CreateBlockFile("a", {.size = 65536, .direct = true});
    if (!file.ok() || (*file)->size() != 0) return 2;
    if (!(*file)->WriteAt(0, base::AsBytes(std::string(4096, 'a'))).ok()) return 3;
    const std::string large(16384, 'b');
    if (!absl::IsResourceExhausted((*file)->WriteAt(4096, base::AsBytes(large)))) return 4;
    if (!(*file)->WriteAt(4096, base::AsBytes(std::string(4096, 'c'))).ok()) return 5;
    if (!(*file)->Sync().ok()) return 6;
    return (*file)->Close().ok() ? 0 : 7;
  });
  EXPECT_EQ(result, 0);
  EXPECT_EQ(*ReadWholeFile(*files_, "a", 1 << 20), std::string(4096, 'a') + std::string(4096, 'c'));
}

// What was allocated and never written need not be read, wherever the end of the rest is.
TEST_F(PosixFileSystemTest, WrittenEndIsBehindAllThatWasWritten) {
  constexpr uint64_t kSize = uint64_t{1} << 20;
  auto file = files_->CreateBlockFile("a", {.size = kSize, .direct = true});
  ASSERT_TRUE(file.ok()) << file.status();
  uint64_t written = 0;
  for (const uint64_t end : {uint64_t{512}, uint64_t{65'536}, uint64_t{700'416}, kSize}) {
    const std::string bytes(512, 'a');
    ASSERT_TRUE((*file)->WriteAt(end - 512, base::AsBytes(bytes)).ok());
    written = end;
    auto readable = files_->OpenForRead("a");
    ASSERT_TRUE(readable.ok()) << readable.status();
    const uint64_t told = (*readable)->WrittenEnd();
    EXPECT_GE(told, written);
    std::string behind(kSize - told, 'x');
    ASSERT_TRUE((*readable)->Read(told, std::as_writable_bytes(std::span<char>(behind))).ok());
    EXPECT_EQ(behind, std::string(behind.size(), '\0'));
  }
  EXPECT_EQ(written, kSize);
}

TEST_F(PosixFileSystemTest, WantOfDescriptorsIsResourceExhausted) {
  if (testkit::kRuntimeNeedsDescriptors)
    GTEST_SKIP() << "the sanitizer's runtime needs descriptors";
  Put("a", "x");
  EXPECT_EQ(InChild([&] {
              const rlimit limit = {3, 3};
              if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return 1;
              return absl::IsResourceExhausted(files_->OpenForRead("a").status()) ? 0 : 2;
            }),
            0);
}

// A sync that was not begun is no failed sync, and the root's needs no descriptor.
TEST_F(PosixFileSystemTest, WantOfDescriptorsIsOfThatCallOnly) {
  ASSERT_TRUE(files_->CreateDirectory("d").ok());
  ASSERT_TRUE(SwapCurrent(*files_, 7).ok());
  bool unchanged = false;
  {
    const testkit::NoDescriptors exhausted;
    EXPECT_TRUE(files_->SyncDirectory("").ok());
    EXPECT_TRUE(absl::IsResourceExhausted(files_->SyncDirectory("d")));
    EXPECT_TRUE(absl::IsResourceExhausted(SwapCurrent(*files_, 8, std::nullopt, &unchanged)));
    EXPECT_TRUE(absl::IsResourceExhausted(ReadCurrent(*files_).status()));
  }
  EXPECT_TRUE(unchanged);
  EXPECT_EQ(*ReadCurrent(*files_), 7u);
  EXPECT_TRUE(files_->SyncDirectory("d").ok());
  EXPECT_TRUE(SwapCurrent(*files_, 8).ok());
}

TEST_F(PosixFileSystemTest, ReadOnlyFilesCanBeReadAndShareLocked) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  Put("a", "x");
  ASSERT_EQ(chmod(directory_.Path("a").c_str(), 0400), 0);
  EXPECT_TRUE(files_->OpenForRead("a").ok());
  EXPECT_TRUE(files_->LockByteShared("a", 5).ok());
  EXPECT_TRUE(absl::IsPermissionDenied(files_->OpenForAppend("a").status()));
  EXPECT_TRUE(absl::IsPermissionDenied(files_->Lock("a").status()));
}

}  // namespace
}  // namespace ashlar::io
