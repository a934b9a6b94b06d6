namespace Plumbline.Data;

/// <summary>The layout of a data set's rows: which columns there are and what they mean.</summary>
public enum DatasetShape
{
    /// <summary><c>text</c>, or <c>messages</c>: language modelling.</summary>
    LanguageModeling,

    /// <summary><c>prompt</c> alone.</summary>
    PromptOnly,

    /// <summary><c>prompt</c> and <c>completion</c>.</summary>
    PromptCompletion,

    /// <summary>
    /// <c>chosen</c> and <c>rejected</c>, with <c>prompt</c> or with the prompt as what both begin with; <c>margin</c>, <c>gold</c>, <c>chosen_harmful</c>,
    /// <c>rejected_harmful</c> and <c>more_harmful</c> where somebody said more.
    /// </summary>
    Preference,

    /// <summary><c>prompt</c>, <c>completion</c> and <c>label</c> (true where the completion is desirable).</summary>
    UnpairedPreference,

    /// <summary><c>prompt</c> and <c>answers</c> or <c>completions</c>, best first or with <c>ranks</c>.</summary>
    RankedList,

    /// <summary><c>prompt</c>, <c>completions</c> (the steps of one answer) and <c>labels</c> (true or false, or a number in [0, 1], for each step).</summary>
    StepwiseSupervision,

    /// <summary><c>chosen</c> and <c>rejected</c> transcripts with "Human:" and "Assistant:" turns (Bai et al. 2022, arXiv 2204.05862).</summary>
    HhRlhf,

    /// <summary>
    /// <c>prompt</c>, <c>response_0</c>, <c>response_1</c>, <c>better_response_id</c>, <c>safer_response_id</c>, <c>is_response_0_safe</c> and <c>is_response_1_safe</c>
    /// (PKU-SafeRLHF, arXiv 2406.15513).
    /// </summary>
    SafeRlhf,

    /// <summary><c>prompt</c> is a message with nested <c>replies</c> that carry a <c>rank</c> (OpenAssistant, arXiv 2304.07327).</summary>
    OasstTree,

    /// <summary><c>instruction</c>, optionally <c>input</c>, and <c>output</c>.</summary>
    Alpaca,

    /// <summary><c>conversations</c> with <c>from</c> and <c>value</c>.</summary>
    ShareGpt,

    /// <summary><c>instruction</c> and <c>instances</c> with <c>input</c> and <c>output</c> (arXiv 2212.10560).</summary>
    SelfInstruct,
}
