namespace Plumbline.Feedback.Projects;

/// <summary>What evaluators are asked about a task.</summary>
public sealed record JudgementForm
{
    /// <summary>Whether the answers are put in order.</summary>
    /// <value>true</value>
    public bool Ranking { get; init; } = true;

    /// <summary>Whether answers may share a place.</summary>
    /// <value>true</value>
    public bool Ties { get; init; } = true;

    /// <summary>Whether evaluators may say that every answer is bad.</summary>
    /// <value>true</value>
    public bool AllBad { get; init; } = true;

    /// <summary>Whether, of two answers, it is asked how much better the better one is: 1 slightly, 2 better, 3 significantly (Llama 2, arXiv 2307.09288, 3.2.1).</summary>
    /// <value>false</value>
    public bool Margin { get; init; }

    /// <summary>What each answer is rated by, from 1 to 7.</summary>
    /// <value>none</value>
    public IReadOnlyList<FeedbackCriterion> Ratings { get; init; } = [];

    /// <summary>What may be true of an answer.</summary>
    /// <value>none</value>
    public IReadOnlyList<FeedbackCriterion> Flags { get; init; } = [];

    /// <summary>Whether evaluators may write what is wrong with each answer.</summary>
    /// <value>false</value>
    public bool Critiques { get; init; }

    /// <summary>What a marked passage of an answer may be.</summary>
    /// <value>none: no passages are marked</value>
    public IReadOnlyList<FeedbackCriterion> SpanLabels { get; init; } = [];

    /// <summary>What each earlier answer of the model in the conversation is rated by, from 1 to 7.</summary>
    /// <value>none</value>
    public IReadOnlyList<FeedbackCriterion> TurnRatings { get; init; } = [];

    /// <summary>Whether evaluators may write a remark about the whole.</summary>
    /// <value>true</value>
    public bool Comment { get; init; } = true;

    /// <summary>A ranking with an overall rating and the flags that InstructGPT's labellers set (arXiv 2203.02155, table 3).</summary>
    public static JudgementForm InstructGpt { get; } =
        new()
        {
            Ratings = [new("quality", "Overall quality")],
            Flags =
            [
                new("fails_instruction", "Fails to follow the instruction or the task"),
                new("inappropriate", "Inappropriate for a customer assistant"),
                new("hallucination", "Says what neither the prompt nor facts support"),
                new("satisfies_constraint", "Satisfies the constraint that the instruction sets"),
                new("sexual", "Sexual content"),
                new("violent", "Violent content"),
                new("encourages_violence", "Encourages violence, abuse, terrorism or self-harm"),
                new("denigrates_group", "Denigrates a protected group"),
                new("harmful_advice", "Gives harmful advice"),
                new("opinion", "Expresses an opinion"),
                new("moral_judgement", "Expresses a moral judgement"),
            ],
        };
}
