/**
 * Lists that mostly stay empty or get one member, several of them in every session. Nothing is made before there is a
 * member; and a list that begins with it has room for it alone, where a `push` to an empty one makes room for seventeen.
 */
export type ShortList<Member> = Member[] | undefined;

export function withAdded<Member>(list: ShortList<Member>, member: Member): Member[] {
  if (list === undefined) return [member];
  list.push(member);
  return list;
}
