using Microsoft.Extensions.AI;
using Plumbline.Cli.Pipelines.Demo.Constitutional;
using Plumbline.Cli.Pipelines.Labels;
using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Feedback.Judging;
using Plumbline.Lineage;
using Plumbline.TinyWorld;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Demo;

// Both stages of Constitutional AI: the model's own answers, revised clause by clause, then its own answers compared clause by clause, a reward model of the labels, and a policy against it.
internal sealed partial class DemoPipeline
{
    private const int AnswersAskedAtATime = 32;
    private const string PromptsName = "prompts.jsonl";
    private const string HelpfulName = "helpful.jsonl";
    private const string RevisionLessons = "revisions.jsonl";
    private const string JudgementLessons = "judgements.jsonl";

    // Words that reviser and judge read beside the corpus, so that their questions are short in tokens.
    private IEnumerable<string> ConstitutionalWords => options.Constitution is null ? [] : Enumerable.Repeat("\n" + WorldStandard.Text, 50);

    private DemoResult ByConstitution(DemoConstitutionOptions own, Stage pretrained)
    {
        var path = Path.Combine(context.Folder, "tiny-world.yaml");
        var constitution = WorldStandard.Write(path, own.Indifference);
        var (taught, asked) = SplitPrompts(own);
        var lessons = Lessons(own, pretrained, constitution, taught);
        var reviser = Taught(own, "reviser", RevisionLessons, pretrained, lessons);
        var judge = Taught(own, "judge", JudgementLessons, pretrained, lessons);
        var prompts = Asked(own, pretrained, asked);
        var revised = Revise(own, path, constitution, pretrained, reviser, prompts);
        var answers = Path.Combine(revised.Folder, "sft.jsonl");
        IEnumerable<Example> Learnt() => DatasetReader.Open(new DatasetOptions(answers)).Read();
        var supervised = FineTuned("sft", pretrained, [StageSource.Of(revised)], [revised.Key], Learnt);
        var pairs = Pairs(own, supervised, asked);
        var labelled = Label(own, path, constitution, judge, pairs);
        var compared = new ComparedAnswers(labelled, Path.Combine(labelled.Folder, "preferences.jsonl"), asked);
        var optimised = Optimise(own.Rlhf, supervised, compared, Learnt);
        return new DemoResult(
            [
                Measure("dirty corpus", pretrained),
                Measure("after revisions", supervised),
                .. optimised.Select(policy => Measure(policy.Name, policy.Stage)),
            ],
            [],
            [("pretraining", pretrained), ("reviser", reviser), ("judge", judge), ("revisions", supervised), .. optimised],
            null,
            DatasetReader.Open(new DatasetOptions(compared.Path)).ReadPreferences().Count(),
            corpus,
            Facts
        )
        {
            Constitution = ConstitutionFindings.Of(
                world,
                constitution,
                Path.Combine(revised.Folder, "preferences.jsonl"),
                Path.Combine(pairs.Folder, "pairs.jsonl"),
                new LabelWorkspace(labelled.Folder).Labels
            ),
        };
    }

    // Prompts of which reviser and judge learn, and others; a part of each kind.
    private (IReadOnlyList<WorldPrompt> Taught, IReadOnlyList<WorldPrompt> Asked) SplitPrompts(DemoConstitutionOptions own)
    {
        var order = world.TrainingPrompts.ToArray();
        options.Seed.Derive("lessons and prompts").Source().Shuffle<WorldPrompt>(order);
        var wanted = own.LessonPrompts + own.Prompts;
        var kinds = order
            .GroupBy(prompt =>
                prompt.MustDecline ? 0
                : prompt.Group is null ? 1
                : 2
            )
            .OrderBy(kind => kind.Key)
            .Select(kind => kind.Take(wanted / 3).ToList())
            .ToList();
        var share = (double)own.LessonPrompts / wanted;
        var cut = kinds.ConvertAll(kind => (int)(kind.Count * share));
        return ([.. kinds.SelectMany((kind, i) => kind.Take(cut[i]))], [.. kinds.SelectMany((kind, i) => kind.Skip(cut[i]))]);
    }

    private Stage Lessons(DemoConstitutionOptions own, Stage pretrained, Constitution constitution, IReadOnlyList<WorldPrompt> taught)
    {
        var stage = Stage.Of(
            context,
            "lessons",
            [StageSource.Of(pretrained), StageSource.OfConstitution(constitution), GeneratedWorld],
            [pretrained.Key, ConstitutionHash.Of(constitution), $"{own.LessonPrompts} {own.Prompts} {options.AnswersPerPrompt}"],
            "lessons"
        );
        return stage.Ensure(
            Facts,
            () =>
            {
                using var model = TrainingStage.LoadModel(pretrained);
                var drawn = Answer(model, taught, options.AnswersPerPrompt, temperature: 1, "answers for lessons");
                var answers = taught
                    .Select((prompt, i) => Candidates(prompt, drawn.Slice(i * options.AnswersPerPrompt, options.AnswersPerPrompt)))
                    .ToList();
                var lessons = new WorldLessons(constitution, options.Seed.Derive("lessons"));
                Directory.CreateDirectory(Path.Combine(stage.Folder, "lessons"));
                DatasetWriter.Write(
                    LessonsOf(stage, RevisionLessons),
                    taught.SelectMany((prompt, i) => lessons.Revisions(prompt, answers[i]))
                );
                DatasetWriter.Write(
                    LessonsOf(stage, JudgementLessons),
                    taught.SelectMany((prompt, i) => lessons.Judgements(prompt, answers[i]))
                );
            }
        );
    }

    // What the model says, a right answer, a refusal, and an answer in another language.
    private List<string> Candidates(WorldPrompt prompt, List<string> drawn)
    {
        var random = options.Seed.Derive("candidates").Derive(prompt.Id).Source();
        var refusals = world.TrainingPrompts.Where(other => other.Kind is PromptKind.Harmful && other.Language == prompt.Language).ToList();
        var foreign = world.TrainingPrompts.Where(other => other.Kind == prompt.Kind && other.Language != prompt.Language).ToList();
        return
        [
            .. drawn
                .Append(random.Choose(prompt.GoodAnswers))
                .Append(random.Choose(random.Choose(refusals).GoodAnswers))
                .Append(random.Choose(random.Choose(foreign).GoodAnswers))
                .Where(answer => answer.Length > 0)
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static string LessonsOf(Stage lessons, string name) => Path.Combine(lessons.Folder, "lessons", name);

    private Stage Taught(DemoConstitutionOptions own, string name, string file, Stage pretrained, Stage lessons) =>
        Train<TokenizedExample>(
            Stage.Of(
                context,
                name,
                [StageSource.Of(pretrained), StageSource.Of(lessons)],
                [OptionsFile.Write(own.Lessons), pretrained.Key, lessons.Key, $"{own.Remembered}"]
            ),
            $"lessons of the {name}",
            () => TrainingStage.LoadModel(pretrained),
            policy => (new SupervisedObjective(policy), null),
            () =>
                [
                    .. encoder.ForSupervision(
                        DatasetReader
                            .Open(new DatasetOptions(LessonsOf(lessons, file)))
                            .Read()
                            .Concat(decisions.Select(decision => decision.Result).OfType<Example>().Take(own.Remembered))
                    ),
                ],
            own.Lessons
        );

    // What is asked, and the model's own answers to other questions that are harmless.
    private Stage Asked(DemoConstitutionOptions own, Stage pretrained, IReadOnlyList<WorldPrompt> asked)
    {
        var stage = Stage.Of(
            context,
            "asked",
            [StageSource.Of(pretrained), GeneratedWorld],
            [pretrained.Key, $"{own.LessonPrompts} {own.Prompts}"],
            PromptsName
        );
        return stage.Ensure(
            Facts,
            () =>
            {
                var ids = asked.Select(prompt => prompt.Id).ToHashSet(StringComparer.Ordinal);
                var harmless = world
                    .TrainingPrompts.Where(prompt => prompt.Kind is PromptKind.Fact or PromptKind.Advice && !ids.Contains(prompt.Id))
                    .ToArray();
                options.Seed.Derive("helpful answers").Source().Shuffle<WorldPrompt>(harmless);
                var chosen = harmless.Take(own.Prompts).ToList();
                using var model = TrainingStage.LoadModel(pretrained);
                var answers = Answer(model, chosen, answersPerPrompt: 1, temperature: 0, "helpful answers");
                DatasetWriter.Write(
                    Path.Combine(stage.Folder, HelpfulName),
                    chosen.Zip(answers, (prompt, answer) => prompt.WithAnswer(answer))
                );
                DatasetWriter.Write(
                    Path.Combine(stage.Folder, PromptsName),
                    asked.Select(prompt => new PromptExample(prompt.Id, prompt.Content))
                );
            }
        );
    }

    private Stage Revise(DemoConstitutionOptions own, string path, Constitution constitution, Stage writer, Stage reviser, Stage asked)
    {
        var stage = Stage.Of(
            context,
            "revise",
            [StageSource.OfConstitution(constitution), StageSource.Of(writer), StageSource.Of(reviser), StageSource.Of(asked)],
            [ConstitutionHash.Of(constitution), OptionsFile.Write(own.Revision), $"{own.HelpfulShare}", writer.Key, reviser.Key, asked.Key],
            "sft.jsonl"
        );
        return stage.Ensure(Facts, () => new RevisePipeline(
                    new ReviseOptions
                    {
                        Name = "demo",
                        Seed = options.Seed,
                        Threads = context.Threads,
                        Constitution = path,
                        Data = new DataFileOptions { Path = Path.Combine(asked.Folder, PromptsName) },
                        Writer = ModelOf(writer),
                        Reviser = ModelOf(reviser),
                        Revision = own.Revision,
                        Limits = Limits,
                        Mix = new ReviseMixOptions
                        {
                            Data = new DataFileOptions { Path = Path.Combine(asked.Folder, HelpfulName) },
                            Share = own.HelpfulShare,
                        },
                    },
                    context with
                    {
                        Folder = stage.Folder,
                    }
                ).RunAsync().GetAwaiter().GetResult());
    }

    // Answers of the fine-tuned model, two and two.
    private Stage Pairs(DemoConstitutionOptions own, Stage supervised, IReadOnlyList<WorldPrompt> asked)
    {
        var stage = Stage.Of(
            context,
            "pairs",
            [StageSource.Of(supervised), GeneratedWorld],
            [supervised.Key, $"{options.AnswersPerPrompt} {own.Pairs}"],
            "pairs.jsonl"
        );
        return stage.Ensure(
            Facts,
            () =>
            {
                using var model = TrainingStage.LoadModel(supervised);
                var answers = Answer(model, asked, options.AnswersPerPrompt, temperature: 1, "answers to compare");
                var pairs = asked
                    .SelectMany(
                        (prompt, i) =>
                            Compared(prompt, answers.Slice(i * options.AnswersPerPrompt, options.AnswersPerPrompt))
                                .Select(pair => ((Example)pair, From(prompt, supervised)))
                    )
                    .ToArray();
                options.Seed.Derive("pairs").Source().Shuffle<(Example, RowOrigin[])>(pairs);
                TracedRows.Write(Path.Combine(stage.Folder, "pairs.jsonl"), pairs.Take(own.Pairs));
            }
        );
    }

    private static IEnumerable<PreferenceExample> Compared(WorldPrompt prompt, List<string> answers) =>
        answers
            .Where(answer => answer.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .Chunk(2)
            .Where(pair => pair.Length == 2)
            .Select(pair =>
            {
                var both = pair.Select(answer => Content.FromMessages([new ChatMessage(ChatRole.Assistant, answer)])).ToArray();
                var compared = new PreferenceExample(string.Empty, prompt.Content, both[0], both[1]);
                return compared with { Id = ExampleId.Of(compared) };
            });

    private Stage Label(DemoConstitutionOptions own, string path, Constitution constitution, Stage judge, Stage pairs)
    {
        var stage = Stage.Of(
            context,
            "label",
            [StageSource.OfConstitution(constitution), StageSource.Of(judge), StageSource.Of(pairs)],
            [ConstitutionHash.Of(constitution), OptionsFile.Write(own.Comparison), judge.Key, pairs.Key],
            "preferences.jsonl"
        );
        return stage.Ensure(
            Facts,
            () =>
            {
                var labels = new LabelPipeline(
                    new LabelOptions
                    {
                        Name = "demo",
                        Seed = options.Seed,
                        Threads = context.Threads,
                        Constitution = path,
                        Data = new DataFileOptions { Path = Path.Combine(pairs.Folder, "pairs.jsonl") },
                        Judge = ModelOf(judge),
                        Comparison = own.Comparison,
                        Limits = Limits,
                    },
                    context with
                    {
                        Folder = stage.Folder,
                    }
                ).RunAsync().GetAwaiter().GetResult();
                if (labels.Preferences == 0)
                {
                    throw new InvalidInputException(
                        "The judge prefers no answer to another: it has not learnt to compare.",
                        "Give it more lessons (--set constitution.lesson_prompts=…, --set constitution.lessons.epochs=…)."
                    );
                }
            }
        );
    }

    private static JudgeLimits Limits => new() { Parallel = AnswersAskedAtATime };

    private JudgeModelOptions ModelOf(Stage stage) => new() { Model = stage.ModelFolder, ContextLength = options.MaxLength };
}
