// A running `ashlar exec`, for commands that depend on answers before them.
//
// Owns: the process and its pipes. Does not own: the store's directory (cli_testing.h).
#ifndef ASHLAR_TESTS_TOOLS_LIVE_EXEC_H_
#define ASHLAR_TESTS_TOOLS_LIVE_EXEC_H_

#include <sys/types.h>

#include <cstdio>
#include <string>

namespace ashlar::tools {

class LiveExec {
 public:
  // Of the store at this absolute path.
  explicit LiveExec(const std::string& store);
  ~LiveExec();  // ends the input, and expects that the program ends well
  LiveExec(const LiveExec&) = delete;
  LiveExec& operator=(const LiveExec&) = delete;

  // The answer to one command, without its line end.
  std::string Ask(const std::string& command);

 private:
  pid_t child_ = -1;
  FILE* in_ = nullptr;
  FILE* out_ = nullptr;
};

// The member "cursor" of an answer as it stands there, to be put into the next command.
[[nodiscard]] std::string CursorOf(const std::string& answer);

}  // namespace ashlar::tools

#endif  // ASHLAR_TESTS_TOOLS_LIVE_EXEC_H_
