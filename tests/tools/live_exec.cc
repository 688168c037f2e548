// One command at a time: the program answers each before the next is written, so no pipe fills up.
#include "tests/tools/live_exec.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace ashlar::tools {

LiveExec::LiveExec(const std::string& store) {
  std::array<int, 2> to_child{};
  std::array<int, 2> from_child{};
  EXPECT_EQ(pipe(to_child.data()), 0);
  EXPECT_EQ(pipe(from_child.data()), 0);
  std::string program = ASHLAR_PROGRAM;
  std::string command = "exec";
  std::string path = store;
  const std::array<char*, 4> arguments = {program.data(), command.data(), path.data(), nullptr};
  child_ = fork();
  if (child_ == 0) {
    if (dup2(to_child[0], 0) < 0 || dup2(from_child[1], 1) < 0) _exit(126);
    for (const int fd : {to_child[0], to_child[1], from_child[0], from_child[1]}) close(fd);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  EXPECT_GT(child_, 0);
  close(to_child[0]);
  close(from_child[1]);
  in_ = fdopen(to_child[1], "w");
  out_ = fdopen(from_child[0], "r");
}

LiveExec::~LiveExec() {
  std::fclose(in_);
  int status = 0;
  EXPECT_EQ(waitpid(child_, &status, 0), child_);
  EXPECT_EQ(status, 0);
  std::fclose(out_);
}

std::string LiveExec::Ask(const std::string& command) {
  std::fputs((command + "\n").c_str(), in_);
  std::fflush(in_);
  std::string answer;
  for (int byte = std::fgetc(out_); byte != EOF && byte != '\n'; byte = std::fgetc(out_)) {
    answer.push_back(static_cast<char>(byte));
  }
  return answer;
}

std::string CursorOf(const std::string& answer) {
  const size_t begin = answer.find("\"cursor\":\"");
  EXPECT_NE(begin, std::string::npos) << answer;
  if (begin == std::string::npos) return "";
  return answer.substr(begin, answer.find('"', begin + 10) + 1 - begin);
}

}  // namespace ashlar::tools
