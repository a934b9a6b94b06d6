using Plumbline.Data;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Rl;

/// <summary>The prompts of a run, cut into those to train on and those to measure on, and the rows that a small model reads before.</summary>
internal sealed record RlData(
    IReadOnlyList<PromptExample> Training,
    IReadOnlyList<PromptExample> HeldOut,
    IReadOnlyList<Example> TrainingRows,
    DatasetReport Report
)
{
    /// <summary>Reads the file twice: once for its prompts, once for what stands around them.</summary>
    internal static RlData Read(RlOptions options)
    {
        var reader = options.Data.Open();
        var prompts = reader.ReadPrompts().ToList();
        var report = reader.Report;
        var (training, heldOut) = ConversationSplit.By(prompts, prompt => prompt.Prompt, options.Data.HeldOut, options.Seed);
        var kept = training.Select(prompt => ConversationSplit.Opening(prompt.Prompt)).ToHashSet(StringComparer.Ordinal);
        var rows = options.Model.IsTiny || options.Sft is not null || options.Ptx is { Data: null } ? options.Data.Open().Read() : [];
        return new RlData(
            training,
            heldOut,
            [.. rows.Where(row => PromptOf(row) is { } prompt && kept.Contains(ConversationSplit.Opening(prompt)))],
            report
        );
    }

    /// <summary>Prompts as tokens; those that leave no room for an answer are left out.</summary>
    internal static IReadOnlyList<PolicyPrompt> Encode(IEnumerable<PromptExample> prompts, ExampleEncoder encoder, RlOptions options)
    {
        var longest = options.MaxLength - options.Policy.MaxCompletionLength;
        return
        [
            .. prompts
                .Select(prompt => new PolicyPrompt(encoder.Prompt(prompt.Prompt), prompt))
                .Where(prompt => prompt.Ids.Length > 0 && prompt.Ids.Length <= longest),
        ];
    }

    /// <summary>The answers that a run keeps learning beside its own.</summary>
    /// <param name="options">The run's.</param>
    /// <param name="rows">The rows it trains on.</param>
    /// <param name="encoder">Their encoder.</param>
    /// <exception cref="InvalidInputException">There are none.</exception>
    internal static IReadOnlyList<TokenizedExample> Curated(RlOptions options, IReadOnlyList<Example> rows, ExampleEncoder encoder)
    {
        if (options.Ptx is not { } ptx)
        {
            return [];
        }

        List<TokenizedExample> answers =
        [
            .. encoder.ForSupervision(WithAnswers(ptx.Data is { } file ? file.Open(options.Data.Strict).Read() : rows)),
        ];
        return answers.Count > 0
            ? answers
            : throw new InvalidInputException(
                "ptx asks for curated answers, and the rows have none that fits.",
                "Name a file with answers in ptx.data, raise max_length, or leave ptx away.",
                new InputPosition(ptx.Data?.Path ?? options.Data.Path)
            );
    }

    /// <summary>Refuses a column that no row has.</summary>
    /// <param name="prompts">The rows' prompts.</param>
    /// <param name="column">The column.</param>
    /// <param name="option">The option that names it.</param>
    /// <param name="options">The run's.</param>
    /// <exception cref="InvalidInputException">No row has it.</exception>
    internal static void ThrowIfColumnIsMissing(IReadOnlyList<PromptExample> prompts, string column, string option, RlOptions options)
    {
        if (!prompts.Any(prompt => prompt.Columns.ContainsKey(column)))
        {
            throw new InvalidInputException(
                $"No row has a column '{column}', which {option} names.",
                $"Name a column of the rows, or leave {option.Split('.')[0]} away. A row has {string.Join(", ", prompts.SelectMany(prompt => prompt.Columns.Keys).Distinct(StringComparer.Ordinal).Take(20).DefaultIfEmpty("no other column"))}.",
                new InputPosition(options.Data.Path)
            );
        }
    }

    /// <summary>Rows that have an answer to learn.</summary>
    internal static IEnumerable<Example> WithAnswers(IEnumerable<Example> rows) =>
        rows.Select(row =>
                row switch
                {
                    RankedExample ranked => new PromptCompletionExample(ranked.Id, ranked.Prompt, ranked.Answers[0]),
                    UnpairedPreferenceExample { Label: true } good => new PromptCompletionExample(good.Id, good.Prompt, good.Completion),
                    PromptCompletionExample or PreferenceExample or LanguageModelingExample => row,
                    _ => null,
                }
            )
            .OfType<Example>();

    private static Content? PromptOf(Example row) =>
        row switch
        {
            PromptExample prompt => prompt.Prompt,
            PromptCompletionExample pair => pair.Prompt,
            PreferenceExample pair => pair.Prompt,
            RankedExample ranked => ranked.Prompt,
            UnpairedPreferenceExample answer => answer.Prompt,
            StepwiseExample steps => steps.Prompt,
            LanguageModelingExample text => text.Content,
            _ => null,
        };
}
