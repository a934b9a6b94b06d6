using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>Turns rows of one shape into examples. An instance keeps scratch space and serves one reading at a time.</summary>
internal abstract class RowLayout : IDisposable
{
    /// <summary>Adds the row's examples; adds nothing where the row is bad.</summary>
    /// <returns>Null, or why the row cannot be used.</returns>
    public abstract RowFault? Read(Row row, List<Example> examples);

    /// <summary>The layout of <paramref name="shape"/>.</summary>
    public static RowLayout For(DatasetShape shape) =>
        shape switch
        {
            DatasetShape.LanguageModeling => new LanguageModelingLayout(),
            DatasetShape.PromptOnly => new PromptOnlyLayout(),
            DatasetShape.PromptCompletion => new PromptCompletionLayout(),
            DatasetShape.Preference => new PreferenceLayout(),
            DatasetShape.UnpairedPreference => new UnpairedPreferenceLayout(),
            DatasetShape.RankedList => new RankedListLayout(),
            DatasetShape.StepwiseSupervision => new StepwiseLayout(),
            DatasetShape.HhRlhf => new TranscriptPairLayout(),
            DatasetShape.SafeRlhf => new SafetyPairLayout(),
            DatasetShape.OasstTree => new ConversationTreeLayout(),
            DatasetShape.Alpaca => new InstructionLayout(),
            DatasetShape.ShareGpt => new ConversationLayout(),
            DatasetShape.SelfInstruct => new InstructionInstancesLayout(),
            _ => throw new InvalidInputException(
                $"{shape} is no known shape.",
                $"Known: {string.Join(", ", Enum.GetNames<DatasetShape>())}."
            ),
        };

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives scratch space back.</summary>
    protected virtual void Release() { }
}
