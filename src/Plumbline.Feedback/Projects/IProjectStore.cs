using System.Data.Common;

namespace Plumbline.Feedback.Projects;

/// <summary>
/// Projects, their people, and their tasks from being dealt to being judged. A task is a request of the feedback store; requests that belong to no project are those of project 0, which is
/// always there. Part of the feedback store: the same database, the same log. Opened by <see cref="FeedbackStore.OpenAllAsync"/>.
/// </summary>
/// <remarks>
/// Thread-safe, and any number of processes may use one store at a time; their clocks should agree, as leases end by them. Every method may throw a
/// <see cref="DbException"/> where the database fails or stays locked; a change is then stored whole or not at all, and each may be asked for again. When
/// a method that changes something returns, the change is on disk and every reader sees it.
/// </remarks>
public interface IProjectStore
{
    /// <summary>Opens a project. The same project opened again under its key is the first one.</summary>
    /// <param name="clientKey">Names the event, 1 to 200 characters.</param>
    /// <param name="settings">What it asks.</param>
    /// <param name="by">Who opens it.</param>
    /// <param name="cancellation">Cancels the waiting; a project once stored stays.</param>
    /// <returns>The project's id.</returns>
    /// <exception cref="InvalidInputException">A part breaks a rule, the name is taken, or the key stands for another event.</exception>
    Task<long> OpenProjectAsync(string clientKey, ProjectSettings settings, string by, CancellationToken cancellation = default);

    /// <summary>Changes what a project asks from now on. Tasks that were asked for keep what they say themselves.</summary>
    /// <param name="project">The project; project 0 cannot be changed.</param>
    /// <param name="settings">What it asks.</param>
    /// <param name="by">Who changes it.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <exception cref="InvalidInputException">A part breaks a rule, there is no such project, the name is taken, or the medium is another one.</exception>
    Task ChangeProjectAsync(long project, ProjectSettings settings, string by, CancellationToken cancellation = default);

    /// <summary>A project; null where there is none. Project 0 is always there.</summary>
    /// <param name="project">The project.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<Project?> FindProjectAsync(long project, CancellationToken cancellation = default);

    /// <summary>All projects that were opened, in the order of their ids; without project 0.</summary>
    /// <param name="cancellation">Cancels the query.</param>
    Task<IReadOnlyList<Project>> ReadProjectsAsync(CancellationToken cancellation = default);

    /// <summary>Gives somebody a part in a project, or takes it; nothing happens where it is so already.</summary>
    /// <param name="membership">Who, where, and as what.</param>
    /// <param name="isMember">False to take the part.</param>
    /// <param name="by">Who changes it.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <exception cref="InvalidInputException">There is no such project, or an id breaks a rule.</exception>
    Task SetMemberAsync(Membership membership, bool isMember, string by, CancellationToken cancellation = default);

    /// <summary>The parts that somebody has, in the order of the projects.</summary>
    /// <param name="member">Who.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<IReadOnlyList<Membership>> ReadMembershipsAsync(string member, CancellationToken cancellation = default);

    /// <summary>Who has a part in a project, in the order of their ids.</summary>
    /// <param name="project">The project; 0 for those who have one in all.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<IReadOnlyList<Membership>> ReadMembersAsync(long project, CancellationToken cancellation = default);

    /// <summary>
    /// Takes the next task for somebody: the one that they hold already, or one with a free place that they have neither ranked nor skipped. Which one: now and then one with a known answer or of the random
    /// share, at the project's rates; else the one with the highest priority, of equal ones the oldest. A place is theirs until the lease ends, so that what they give within it is never refused for want of one.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="rater">Who.</param>
    /// <param name="harms">The kinds of harm that they agreed to see; tasks with others are not dealt to them.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <returns>The task; null where there is none for them.</returns>
    /// <exception cref="InvalidInputException">There is no such project, it is closed, or an id breaks a rule.</exception>
    Task<AssignedTask?> TakeAsync(long project, string rater, IReadOnlySet<string> harms, CancellationToken cancellation = default);

    /// <summary>The task that somebody holds; null where they hold none in the project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="rater">Who.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<AssignedTask?> FindHeldAsync(long project, string rater, CancellationToken cancellation = default);

    /// <summary>A task that was dealt to somebody and that they have neither judged nor given back, whether or not its lease has ended (<see cref="AssignedTask.Until"/>); null where there is none.</summary>
    /// <param name="request">The task.</param>
    /// <param name="rater">Who.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<AssignedTask?> FindAssignedAsync(long request, string rater, CancellationToken cancellation = default);

    /// <summary>A task that was dealt to somebody, whatever became of it, so that a judgement that is sent again can be told from one that was never asked for; null where it was not.</summary>
    /// <param name="request">The task.</param>
    /// <param name="rater">Who.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<AssignedTask?> FindDealtAsync(long request, string rater, CancellationToken cancellation = default);

    /// <summary>
    /// Takes a certain task again, whose lease has ended, where it has a free place: so nobody has to begin anew because they were slow.
    /// </summary>
    /// <param name="request">The task.</param>
    /// <param name="rater">Who.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <returns>The task; null where it has no free place any more, or never was theirs.</returns>
    Task<AssignedTask?> RetakeAsync(long request, string rater, CancellationToken cancellation = default);

    /// <summary>Holds a task longer: the project's lease from now on.</summary>
    /// <param name="request">The task.</param>
    /// <param name="rater">Who holds it.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <returns>When the lease ends now.</returns>
    /// <exception cref="InvalidInputException">They do not hold it (any more).</exception>
    Task<DateTimeOffset> RenewAsync(long request, string rater, CancellationToken cancellation = default);

    /// <summary>Gives a task back without judging it; nothing happens where they do not hold it (any more).</summary>
    /// <param name="request">The task.</param>
    /// <param name="rater">Who held it.</param>
    /// <param name="skip">Whether they are not to get it again.</param>
    /// <param name="reason">Why; null for nothing.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    Task ReturnAsync(long request, string rater, bool skip, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Stores a judgement of a task that its rater holds. The same judgement under its key is stored once.</summary>
    /// <param name="clientKey">Names the judgement, 1 to 200 characters.</param>
    /// <param name="ranking">The judgement; in which order the answers were shown is added.</param>
    /// <param name="cancellation">Cancels the waiting; a judgement once stored stays.</param>
    /// <returns>The number of its event.</returns>
    /// <exception cref="LeaseEndedException">The rater's lease has ended; the judgement is not stored.</exception>
    /// <exception cref="InvalidInputException">
    /// The rater never held the task or has judged it before, it was withdrawn, the judgement breaks a rule or does not answer what the project asks, or the key stands for another event.
    /// </exception>
    Task<long> SubmitAsync(string clientKey, RankingGiven ranking, CancellationToken cancellation = default);

    /// <summary>Settles a task on which the evaluators do not agree.</summary>
    /// <param name="clientKey">Names the event, 1 to 200 characters.</param>
    /// <param name="adjudication">What holds.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <returns>The number of the event.</returns>
    /// <exception cref="InvalidInputException">The task is not disputed, the reviewer ranked it, or a part breaks a rule.</exception>
    Task<long> AdjudicateAsync(string clientKey, RequestAdjudicated adjudication, CancellationToken cancellation = default);

    /// <summary>Tasks on which the evaluators do not agree, in the order of their ids.</summary>
    /// <param name="project">The project.</param>
    /// <param name="after">Tasks with higher ids are returned.</param>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<IReadOnlyList<long>> ReadDisputedAsync(long project, long after, int limit, CancellationToken cancellation = default);

    /// <summary>Who was dealt which of some tasks, and why, in the order of the log.</summary>
    /// <param name="requests">The tasks, 1 to 1,000.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no tasks, or too many.</exception>
    Task<IReadOnlyList<RequestTaken>> ReadDealsAsync(IReadOnlyList<long> requests, CancellationToken cancellation = default);

    /// <summary>Says what is worth asking first. Tasks of the random share, known answers and closed tasks are passed over.</summary>
    /// <param name="project">The project.</param>
    /// <param name="priorities">The new priorities, at most 10,000.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <exception cref="InvalidInputException">A task is not of the project, or a priority is no finite number.</exception>
    Task PrioritiseAsync(long project, IReadOnlyList<RequestPriority> priorities, CancellationToken cancellation = default);

    /// <summary>Open tasks of a project that are dealt by priority, highest first.</summary>
    /// <param name="project">The project.</param>
    /// <param name="limit">How many at most, 1 to 10,000.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<IReadOnlyList<RequestPriority>> ReadPrioritiesAsync(long project, int limit, CancellationToken cancellation = default);

    /// <summary>Every kind of harm that tasks of the store name, in order.</summary>
    /// <param name="cancellation">Cancels the query.</param>
    Task<IReadOnlyList<string>> ReadHarmsAsync(CancellationToken cancellation = default);

    /// <summary>How far a project is. It counts all tasks: keep the answer for some seconds.</summary>
    /// <param name="project">The project.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<ProjectProgress> CountAsync(long project, CancellationToken cancellation = default);

    /// <summary>What somebody judged, latest first.</summary>
    /// <param name="rater">Who.</param>
    /// <param name="before">Judgements whose events have lower numbers are returned; null for the latest.</param>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<IReadOnlyList<PastJudgement>> ReadHistoryAsync(string rater, long? before, int limit, CancellationToken cancellation = default);

    /// <summary>When somebody judged since a time, oldest first, at most the last 1,000 times.</summary>
    /// <param name="rater">Who.</param>
    /// <param name="since">The time.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<IReadOnlyList<DateTimeOffset>> ReadJudgementTimesAsync(
        string rater,
        DateTimeOffset since,
        CancellationToken cancellation = default
    );

    /// <summary>How many tasks of a project somebody has judged.</summary>
    /// <param name="project">The project.</param>
    /// <param name="rater">Who.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<long> CountJudgedAsync(long project, string rater, CancellationToken cancellation = default);

    /// <summary>Keeps what somebody has said of a task so far, in whatever form the caller has; it is gone with the judgement. It is no event: only the latest stands.</summary>
    /// <param name="request">The task.</param>
    /// <param name="rater">Who; they have or had the task.</param>
    /// <param name="body">At most 1,000,000 characters; null to forget it.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <exception cref="InvalidInputException">The rater never held the task or has judged it, or the text breaks a rule.</exception>
    Task SaveDraftAsync(long request, string rater, string? body, CancellationToken cancellation = default);

    /// <summary>What <see cref="SaveDraftAsync"/> kept; null where nothing is.</summary>
    /// <param name="request">The task.</param>
    /// <param name="rater">Who.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<string?> FindDraftAsync(long request, string rater, CancellationToken cancellation = default);

    /// <summary>Keeps a picture. The caller has checked that it is one.</summary>
    /// <param name="content">The whole file, at most 20 MiB.</param>
    /// <param name="media">Its media type, such as image/png.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <returns>Its address, the same for the same bytes.</returns>
    /// <exception cref="InvalidInputException">It is empty or too large.</exception>
    Task<string> KeepPictureAsync(ReadOnlyMemory<byte> content, string media, CancellationToken cancellation = default);

    /// <summary>A picture; null where there is none of that address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<StoredPicture?> FindPictureAsync(string address, CancellationToken cancellation = default);
}
