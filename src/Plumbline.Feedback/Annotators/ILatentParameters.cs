namespace Plumbline.Feedback.Annotators;

/// <summary>
/// The parameters of a model in which each item has a hidden true class and its labels are independent given that: what expectation-maximisation and intervals need of it.
/// </summary>
internal interface ILatentParameters
{
    /// <summary>The logarithm of the prior density but for a constant.</summary>
    double LogPrior { get; }

    /// <summary>Sets the parameters to what is likeliest, or at least likelier than before, where items are of classes with these probabilities.</summary>
    /// <param name="posteriors">[items, classes].</param>
    void Maximise(ReadOnlySpan<double> posteriors);

    /// <summary>For each class the logarithm of the probability that an item is of it and has the labels it has.</summary>
    /// <param name="item">The item.</param>
    /// <param name="logs">[classes], overwritten.</param>
    void JointLogs(int item, Span<double> logs);

    /// <summary>How many states an item may be in: its class, and whatever else is hidden.</summary>
    int States { get; }

    /// <summary>The probability of each state of an item, given its labels.</summary>
    /// <param name="item">The item.</param>
    /// <param name="classShares">[classes], its distribution.</param>
    /// <param name="shares">[states], overwritten.</param>
    void StateShares(int item, ReadOnlySpan<double> classShares, Span<double> shares) => classShares.CopyTo(shares);

    /// <summary>
    /// How a label's log-probability, given each state, changes with the one number that its rater's skill is moved by: its first derivative and the second, negated.
    /// </summary>
    /// <param name="item">The item.</param>
    /// <param name="label">The label's place among all.</param>
    /// <param name="scores">[states], overwritten.</param>
    /// <param name="informations">[states], overwritten.</param>
    void Score(int item, int label, Span<double> scores, Span<double> informations);

    /// <summary>What the prior knows of that number: the second derivative of its log-density, negated.</summary>
    double PriorInformation(int rater);

    /// <summary>A rater's accuracy where that number is moved by a shift; it rises with the shift.</summary>
    double Accuracy(int rater, double shift);
}
