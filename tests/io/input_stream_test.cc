// Inputs: files, pipes that are spooled, and their errors.
#include "src/io/input_stream.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace ashlar::io {
namespace {

using ::testing::HasSubstr;

std::string ReadAll(InputStream& input) {
  std::string text;
  std::byte buffer[7];
  while (true) {
    const auto count = input.Read(buffer);
    EXPECT_TRUE(count.ok()) << count.status();
    if (!count.ok() || *count == 0) return text;
    text.append(reinterpret_cast<const char*>(buffer), *count);
  }
}

class InputStreamTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "input_stream_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string directory_;
};

TEST_F(InputStreamTest, ReadsAFileAsOftenAsAsked) {
  const std::string path = directory_ + "/file";
  std::ofstream(path) << "some lines of text";
  auto input = OpenInput(path, directory_);
  ASSERT_TRUE(input.ok()) << input.status();
  EXPECT_EQ((*input)->size(), 18u);
  EXPECT_EQ((*input)->name(), path);
  EXPECT_EQ(ReadAll(**input), "some lines of text");
  ASSERT_TRUE((*input)->Rewind().ok());
  EXPECT_EQ(ReadAll(**input), "some lines of text");
}

TEST_F(InputStreamTest, ReadsAnEmptyFile) {
  const std::string path = directory_ + "/empty";
  std::ofstream{path};
  auto input = OpenInput(path, directory_);
  ASSERT_TRUE(input.ok()) << input.status();
  EXPECT_EQ(ReadAll(**input), "");
}

TEST_F(InputStreamTest, SpoolsAPipeAndLeavesNothingBehind) {
  const std::string path = directory_ + "/fifo";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const std::string text(1'000'000, 'x');
  std::jthread writer([&] { std::ofstream(path) << text; });
  const std::string spool = directory_ + "/spool";
  std::filesystem::create_directory(spool);
  auto input = OpenInput(path, spool);
  ASSERT_TRUE(input.ok()) << input.status();
  EXPECT_EQ((*input)->size(), text.size());
  EXPECT_EQ(ReadAll(**input), text);
  ASSERT_TRUE((*input)->Rewind().ok());
  EXPECT_EQ(ReadAll(**input), text);
  EXPECT_TRUE(std::filesystem::is_empty(spool));
}

TEST_F(InputStreamTest, ReadsStandardInputFromWhereItStands) {
  const std::string path = directory_ + "/file";
  std::ofstream(path) << "head,tail";
  const int saved = dup(STDIN_FILENO);
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(lseek(file, 5, SEEK_SET), 5);
  dup2(file, STDIN_FILENO);
  auto input = OpenInput("-", directory_);
  ASSERT_TRUE(input.ok()) << input.status();
  EXPECT_EQ((*input)->name(), "standard input");
  EXPECT_EQ(ReadAll(**input), "tail");
  ASSERT_TRUE((*input)->Rewind().ok());
  EXPECT_EQ(ReadAll(**input), "tail");
  if (saved >= 0) {
    dup2(saved, STDIN_FILENO);
    close(saved);
  }
  close(file);
}

TEST_F(InputStreamTest, NamesWhatItCannotOpen) {
  const auto missing = OpenInput(directory_ + "/missing", directory_);
  EXPECT_TRUE(absl::IsNotFound(missing.status())) << missing.status();
  EXPECT_THAT(std::string(missing.status().message()), HasSubstr(directory_ + "/missing"));
  const auto directory = OpenInput(directory_, directory_);
  EXPECT_TRUE(absl::IsFailedPrecondition(directory.status())) << directory.status();
  EXPECT_THAT(std::string(directory.status().message()), HasSubstr("is a directory"));
  EXPECT_TRUE(absl::IsInvalidArgument(OpenInput("", directory_).status()));
}

TEST_F(InputStreamTest, ReadsMemory) {
  auto input = MakeMemoryInput("test", "abc");
  EXPECT_EQ(ReadAll(*input), "abc");
  ASSERT_TRUE(input->Rewind().ok());
  EXPECT_EQ(ReadAll(*input), "abc");
  EXPECT_EQ(input->size(), 3u);
}

}  // namespace
}  // namespace ashlar::io
