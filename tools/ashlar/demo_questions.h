// The demo's questions about the tree that it indexed.
//
// Owns: which questions, and telling what each answer cost. Does not own: the dataset
// (demo_files.h), the plot (demo_command.cc), nor how a command line becomes a query: each question
// is the very command that the reader may try.
#ifndef ASHLAR_TOOLS_ASHLAR_DEMO_QUESTIONS_H_
#define ASHLAR_TOOLS_ASHLAR_DEMO_QUESTIONS_H_

#include <string>

#include "absl/status/status.h"
#include "ashlar/snapshot.h"
#include "tools/ashlar/demo_story.h"

namespace ashlar::tools {

// `store` is how the reader should call the store in commands. `files` has the schema of
// demo_files.h.
[[nodiscard]] absl::Status AskAboutFiles(const Dataset& files, const std::string& store,
                                         DemoStory& story);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_DEMO_QUESTIONS_H_
