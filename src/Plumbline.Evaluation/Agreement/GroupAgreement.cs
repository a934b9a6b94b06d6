using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Agreement;

/// <summary>How far people agree criterion by criterion: within groups, and between them. No figure is an average over groups unless it says that it is over all raters.</summary>
/// <param name="Options">The numbers it was made with.</param>
/// <param name="Criteria">The criteria, in the order in which they were given.</param>
/// <param name="Disputed">The requests on which groups part most, the furthest first; each is named once.</param>
public sealed record GroupAgreement(
    GroupAgreementOptions Options,
    IReadOnlyList<CriterionAgreement> Criteria,
    IReadOnlyList<DisputedRequest> Disputed
)
{
    /// <summary>Everything that was tested, what is surest to part first and what is furthest apart first among equals; what there is too little of stands last.</summary>
    public IReadOnlyList<(CriterionAgreement Criterion, AttributeAgreement Attribute)> Tested { get; } =
    [
        .. Criteria
            .SelectMany(criterion => criterion.Attributes.Select(attribute => (Criterion: criterion, Attribute: attribute)))
            .OrderBy(each => each.Attribute.Test?.Q ?? double.PositiveInfinity)
            .ThenByDescending(each => each.Attribute.Test?.Distance.Value ?? double.NegativeInfinity),
    ];

    /// <summary>Whether groups part by an attribute more than chance: the test survives all others at the false discovery rate.</summary>
    public bool Parts(AttributeAgreement attribute) => attribute.Test?.Q <= Options.FalseDiscoveryRate;
}

/// <summary>How far people agree by one criterion.</summary>
/// <param name="Criterion">Its id; null for the overall ranks.</param>
/// <param name="Requests">Requests ranked by it.</param>
/// <param name="Pairs">The pairs of answers in them.</param>
/// <param name="All">Over all raters whatever their groups, those of no group included.</param>
/// <param name="Attributes">The groups, attribute by attribute.</param>
public sealed record CriterionAgreement(
    string? Criterion,
    int Requests,
    int Pairs,
    RaterAgreement All,
    IReadOnlyList<AttributeAgreement> Attributes
);

/// <summary>How far the groups of one attribute agree by one criterion.</summary>
/// <param name="Attribute">The attribute's name.</param>
/// <param name="Groups">Each group by itself.</param>
/// <param name="Between">Each pair of groups.</param>
/// <param name="Test">Whether the groups differ more than chance; null where there are too few raters or requests to say.</param>
public sealed record AttributeAgreement(
    string Attribute,
    IReadOnlyList<RaterAgreement> Groups,
    IReadOnlyList<GroupPairAgreement> Between,
    PartingTest? Test
);

/// <summary>How far some raters agree with each other.</summary>
/// <param name="Raters">Those who ranked by the criterion.</param>
/// <param name="Requests">Requests that two of them ranked at least.</param>
/// <param name="Pairs">The pairs of answers in these.</param>
/// <param name="SameSide">Of two raters and a pair of answers that both ranked, the chance that they prefer the same answer, or neither does; null for too few.</param>
/// <param name="Alpha">Krippendorff's α (<see cref="KrippendorffAlpha.OfPairOpinions"/>); null for too few, not a number where nobody prefers anything.</param>
public sealed record RaterAgreement(int Raters, int Requests, int Pairs, Estimate? SameSide, Estimate? Alpha);

/// <summary>How far two groups agree.</summary>
/// <param name="First">The number of one group.</param>
/// <param name="Second">The number of the other.</param>
/// <param name="FirstRaters">Raters of the first on the shared requests.</param>
/// <param name="SecondRaters">Raters of the second on them.</param>
/// <param name="Requests">Requests that both ranked.</param>
/// <param name="Pairs">The pairs of answers in these.</param>
/// <param name="SameSide">The share of those on which the mean opinions of both groups prefer the same answer, or neither does; null for too few.</param>
/// <param name="Distance">How far the two lie apart (<see cref="PartingTest.Distance"/>); null for too few, not a number where no two raters of a group ranked the same request.</param>
public sealed record GroupPairAgreement(
    int First,
    int Second,
    int FirstRaters,
    int SecondRaters,
    int Requests,
    int Pairs,
    Estimate? SameSide,
    Estimate? Distance
);

/// <summary>Whether groups differ more than chance.</summary>
/// <param name="Distance">
/// The mean over pairs of groups of the squared distance between their mean opinions (1 for a preferred first answer, 0 for the second, ½ for neither), without what single raters' differences
/// add: 0 where groups think alike, 1 where each is of one mind and they prefer opposite answers always. Estimated without bias, so it may be a little below 0.
/// </param>
/// <param name="P">The share of ways to deal the raters into groups of these sizes that part as far or further, the real one included.</param>
/// <param name="Q">The false discovery rate at which it is believed, over all criteria and attributes.</param>
/// <param name="LeastP">
/// The smallest p that so many raters can give, however they think: one in all the ways to deal them that are different, Π n_g! · Π c_s! / n! for groups of n_g raters, c_s of which are of
/// the same size s.
/// </param>
public sealed record PartingTest(Estimate Distance, double P, double Q, double LeastP);

/// <summary>A request on which two groups part.</summary>
/// <param name="Request">Its id.</param>
/// <param name="Criterion">By which criterion; null for overall.</param>
/// <param name="Attribute">By which attribute.</param>
/// <param name="First">One group.</param>
/// <param name="Second">The other.</param>
/// <param name="Gap">The distance between their mean opinions, on average over the pairs of answers.</param>
/// <param name="Better">One of the two answers they part about most, as a place from 1.</param>
/// <param name="Worse">The other.</param>
/// <param name="FirstMean">The first group's mean opinion that <paramref name="Better"/> is better, in [0, 1].</param>
/// <param name="SecondMean">The second group's.</param>
public sealed record DisputedRequest(
    long Request,
    string? Criterion,
    string Attribute,
    string First,
    string Second,
    double Gap,
    int Better,
    int Worse,
    double FirstMean,
    double SecondMean
);
